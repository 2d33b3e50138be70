/**
 * What alerts are to do, written as Prometheus does it (rules/alerting.go, `AlertingRule.Eval`): a rule that is evaluated
 * every second, and knows what was said last. Slow, and without the machine's idea of what is due: what tests hold the
 * machine against. No data and failures, which Prometheus does not have, are what the documentation says of them.
 */
export function evaluate(settings: string, lines: readonly string[], last: number): string[] {
  const word = (name: string): number | undefined => {
    const found = new RegExp(`${name}=(\\d+)`).exec(settings);
    return found === null ? undefined : Number(found[1]);
  };
  const rule = new Rule(word('for') ?? 0, word('keep') ?? 0, word('nodata') ?? Infinity);
  for (let second = 0; second <= last; second++) {
    const said = lines.filter((line) => Number(line.split(' ')[0]) === second).map((line) => line.split(' ')[1]);
    const words = said.filter((one) => one === 'true' || one === 'false' || one === 'fails');
    // Several words of one second are several evaluations; a second without one goes by what was said last.
    for (const one of words) {
      rule.evaluate(second, one);
    }
    if (words.every((one) => one === 'fails')) {
      rule.evaluate(second, undefined);
    }
  }
  return rule.told;
}

class Rule {
  readonly told: string[] = [];
  #state = 'normal';
  #holds: boolean | undefined;
  #heard: number | undefined;
  #activeAt = 0;
  #keepFiringSince: number | undefined;
  #hasFired = false;

  constructor(
    private readonly holdDuration: number,
    private readonly keepFiringFor: number,
    private readonly noDataAfter: number
  ) {}

  evaluate(ts: number, word: string | undefined): void {
    if (word === 'fails') {
      if (this.#state !== 'normal' && this.#state !== 'error') {
        this.#become('error', ts);
      }
      return;
    }
    if (word !== undefined) {
      this.#heard = ts;
      this.#holds = word === 'true';
    }
    const blind = this.#state === 'no-data' || this.#state === 'error';
    if (word === undefined && blind) {
      return;
    }
    // A word that is too old says nothing; one that lets the alert fire or resolve at this moment still did.
    const stale = this.#heard !== undefined && ts - this.#heard >= this.noDataAfter;
    this.#alerting(ts, blind);
    if (stale && !blind && this.#state !== 'no-data' && word === undefined) {
      this.#become('no-data', ts);
    }
  }

  #alerting(ts: number, blind: boolean): void {
    if (this.#holds === undefined) {
      return;
    }
    if (this.#holds) {
      this.#keepFiringSince = undefined;
      if (this.#state === 'normal' || (blind && !this.#hasFired)) {
        this.#activeAt = ts;
        if (this.holdDuration > 0) {
          this.#become('pending', ts);
        }
      }
      if (this.#state !== 'firing' && (this.#hasFired || ts - this.#activeAt >= this.holdDuration)) {
        this.#become('firing', ts);
      }
    } else if (this.#state !== 'normal') {
      if (this.#hasFired && this.keepFiringFor > 0) {
        if (blind || this.#keepFiringSince === undefined) {
          this.#keepFiringSince = ts;
          this.#become('recovering', ts);
        }
        if (ts - this.#keepFiringSince < this.keepFiringFor) {
          return;
        }
      }
      this.#become('resolved', ts);
    }
  }

  #become(state: string, ts: number): void {
    this.told.push(`${ts} ${this.#state} → ${state}`);
    this.#state = state === 'resolved' ? 'normal' : state;
    this.#hasFired = state === 'firing' || (state !== 'resolved' && this.#hasFired);
    if (state === 'resolved') {
      this.#keepFiringSince = undefined;
    }
  }
}
