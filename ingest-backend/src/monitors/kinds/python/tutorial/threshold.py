# ModelOp Center.schema.0: int
# ModelOp Center.schema.1: alert

THRESHOLD = 100

def action(datum):
	if datum > THRESHOLD:
		yield (1, make_alert('Value out of bounds', datum))
