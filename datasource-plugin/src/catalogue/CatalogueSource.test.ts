import { dateTime, type TimeRange } from '@grafana/data';
import { CATALOGUE } from '../testing/catalogue';
import { CatalogueSource, type CatalogueParams } from './CatalogueSource';
import { reasonOf } from './reason';

function range(from: string, to: string): TimeRange {
  return { from: dateTime(from), to: dateTime(to), raw: { from, to } };
}

function sourceAt(clock: { now: number }, answer: () => Promise<typeof CATALOGUE> = async () => CATALOGUE) {
  const asked: CatalogueParams[] = [];
  const source = new CatalogueSource(
    (params) => {
      asked.push(params);
      return answer();
    },
    () => clock.now
  );
  return { source, asked };
}

test('many ask at once, one call is made', async () => {
  const clock = { now: 0 };
  const { source, asked } = sourceAt(clock);
  expect(await Promise.all([source.get(), source.get()])).toEqual([CATALOGUE, CATALOGUE]);
  expect(asked).toEqual([{}]);
  clock.now = 60_000;
  await source.get();
  expect(asked).toHaveLength(2);
});

test('a range is asked for in whole minutes around it', async () => {
  const { source, asked } = sourceAt({ now: 0 });
  await source.get(range('2018-03-05T17:52:45Z', '2018-03-05T18:52:45Z'));
  await source.get(range('2018-03-05T17:52:50Z', '2018-03-05T18:52:50Z'));
  expect(asked).toEqual([{ from: Date.parse('2018-03-05T17:52:00Z'), to: Date.parse('2018-03-05T18:53:00Z') }]);
});

test('a failure is not kept', async () => {
  const answers = [Promise.reject(new Error('down')), Promise.resolve(CATALOGUE)];
  const { source } = sourceAt({ now: 0 }, () => answers.shift() ?? Promise.reject(new Error('asked too often')));
  await expect(source.get()).rejects.toThrow('down');
  await expect(source.get()).resolves.toBe(CATALOGUE);
});

test('the reason of a failure is the backend’s own, where it gave one', () => {
  expect(reasonOf({ status: 502, statusText: 'Bad Gateway', data: { message: 'Nothing answers' } })).toBe(
    'Nothing answers'
  );
  expect(reasonOf({ status: 502, statusText: 'Bad Gateway', data: {} })).toBe('Bad Gateway');
  expect(reasonOf(new Error('offline'))).toBe('offline');
  expect(reasonOf(undefined)).toBe('The reason is not known');
});
