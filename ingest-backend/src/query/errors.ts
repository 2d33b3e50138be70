/** What is wrong at one place of a request. */
export interface RequestProblem {
  /** Such as `queries[0].over`; empty for the body itself. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** A request that is wrong as a whole, so that no query of it can be answered. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly code = 'bad-request';

  constructor(readonly details: readonly RequestProblem[]) {
    super(details.map(describe).join('; '));
  }
}

/** One query of a request that cannot be answered; the others are. */
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused';

  constructor(
    readonly status: 400,
    message: string
  ) {
    super(message);
  }
}

export function describe({ path, expected, found }: RequestProblem): string {
  return `${path === '' ? '' : `${path}: `}expected ${expected}, found ${found}`;
}
