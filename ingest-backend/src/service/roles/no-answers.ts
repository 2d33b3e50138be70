import { ApiError, type Backend } from '../../api/index.js';
import type { Role } from './role.js';

/** What a process answers to questions that its roles know nothing of. */
export function noAnswers(roles: readonly Role[]): Omit<Backend, 'version' | 'metrics' | 'problems'> {
  const refuse = () =>
    Promise.reject(
      new ApiError(404, 'no-store', `expected a process with the role query, found one with ${roles.join(',')} alone`)
    );
  return {
    reports: undefined,
    upkeep: undefined,
    records: () => undefined,
    query: refuse,
    follow: refuse,
    catalogue: refuse,
    alerts: refuse,
    alertSteps: refuse,
    monitors: undefined,
    silences: { list: refuse, add: refuse, expire: refuse },
    export: () => undefined,
  };
}
