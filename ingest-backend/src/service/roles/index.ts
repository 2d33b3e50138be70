import type { Backend } from '../../api/index.js';
import type { Part, Site } from '../site.js';
import { startArchive } from './archive.js';
import { startDerive } from './derive.js';
import { startMonitor } from './monitor.js';
import { noAnswers } from './no-answers.js';
import { startQuery } from './query.js';
import { createRekeyers } from './rekey.js';
import { checkShared, isShared, isWhole, type Role } from './role.js';
import { openShared, type Shared } from './shared.js';
import { startWhole } from './whole.js';

export { ROLES, WHOLE, type Role } from './role.js';

/** The roles of a process as one. */
interface Whole extends Part {
  readonly backend: Omit<Backend, 'version' | 'metrics' | 'problems'>;
}

const SHARED: Readonly<Record<Exclude<Role, 'rekey'>, (site: Shared) => Promise<Part>>> = {
  archive: startArchive,
  derive: startDerive,
  monitor: startMonitor,
  query: startQuery,
};

/** Starts what a process does. @throws ConfigurationError, or Error that names the part */
export async function startRoles(site: Site, roles: readonly Role[]): Promise<Whole> {
  const archive = isShared(roles) ? checkShared(site.configuration, roles) : undefined;
  const parts: Part[] = roles.includes('rekey') ? [createRekeyers(site)] : [];
  if (isWhole(roles)) {
    parts.push(await startWhole(site));
  } else if (archive !== undefined) {
    const shared = await openShared(site, archive);
    for (const [role, start] of Object.entries(SHARED)) {
      if (roles.includes(role as Role)) {
        parts.push(await start(shared));
      }
    }
  }
  return {
    sources: parts.flatMap(({ sources = [] }) => sources),
    problems: () => parts.flatMap(({ problems }) => problems()),
    backend: Object.assign(noAnswers(roles), ...parts.map(({ backend }) => backend)) as Whole['backend'],
  };
}
