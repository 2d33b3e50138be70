import type { TimeRange } from '@grafana/data';
import type { Catalogue } from '@pneumograph/contract';

/** Epoch milliseconds; both or none. */
export interface CatalogueParams {
  from?: number;
  to?: number;
}

export type ReadCatalogue = (params: CatalogueParams) => Promise<Catalogue>;

const MINUTE = 60_000;
const FRESH_FOR = 15_000;
const KEPT = 20;

/**
 * Reads the catalogue, once for the many editors and variables of a dashboard that ask at the same moment.
 * A failed reading is not kept.
 */
export class CatalogueSource {
  private readonly readings = new Map<string, { at: number; catalogue: Promise<Catalogue> }>();

  constructor(
    private readonly read: ReadCatalogue,
    private readonly now: () => number = Date.now
  ) {}

  /** The catalogue of a time range, in whole minutes around it; without one, of all time. */
  get(range?: TimeRange): Promise<Catalogue> {
    const params: CatalogueParams = range === undefined ? {} : wholeMinutes(range);
    const key = `${params.from}/${params.to}`;
    const known = this.readings.get(key);
    if (known !== undefined && this.now() - known.at < FRESH_FOR) {
      return known.catalogue;
    }
    const catalogue = this.read(params);
    const reading = { at: this.now(), catalogue };
    this.readings.delete(key);
    this.readings.set(key, reading);
    catalogue.catch(() => {
      if (this.readings.get(key) === reading) {
        this.readings.delete(key);
      }
    });
    this.dropOldest();
    return catalogue;
  }

  private dropOldest(): void {
    for (const key of this.readings.keys()) {
      if (this.readings.size <= KEPT) {
        return;
      }
      this.readings.delete(key);
    }
  }
}

// The ranges of a dashboard that refreshes move by seconds; its lists of names do not.
function wholeMinutes({ from, to }: TimeRange): CatalogueParams {
  return {
    from: Math.floor(from.valueOf() / MINUTE) * MINUTE,
    to: Math.floor(to.valueOf() / MINUTE) * MINUTE + MINUTE,
  };
}
