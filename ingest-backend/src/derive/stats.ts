/** What could not be taken as it came, counted. */
export interface DeriveStats {
  /** Reports that came after their time had been closed: counted as records, kept out of rates. */
  late: number;
  /** Messages that came twice, and reports of a second sensor at a tap. */
  duplicate: number;
  /** Reports of engines that no fleet source knows. */
  unmapped: number;
  /** Reports whose rate could not be told because their burst stayed open too long. */
  abandoned: number;
}

export function newStats(): DeriveStats {
  return { late: 0, duplicate: 0, unmapped: 0, abandoned: 0 };
}
