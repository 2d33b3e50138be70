import type { HostPage } from '@pneumograph/test/dist/host/index.js';

/** Measures processor time of all tasks of the page's main thread, milliseconds: scripts, styles, layout and painting. */
export async function costOf({ page }: Pick<HostPage, 'page'>) {
  const session = await page.context().newCDPSession(page);
  // Its own time, and not that in which other processes have the processor.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taken = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
  return async (action: () => Promise<unknown>): Promise<number> => {
    const before = await taken();
    await action();
    return (await taken()) - before;
  };
}
