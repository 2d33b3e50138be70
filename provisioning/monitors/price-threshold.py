# fastscore.schema.0: day-of-prices
# fastscore.schema.1: alert

LOWEST, HIGHEST = 100, 10000


def action(datum):
    close = datum['close']
    # A text in place of a price is for the quality monitor to tell.
    if isinstance(close, (int, float)) and not LOWEST < close < HIGHEST:
        yield (1, make_alert('Value out of bounds', close))
