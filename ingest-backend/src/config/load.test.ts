import { describe, expect, it } from 'vitest';
import { parseConfiguration, type ConfigurationError } from './index.js';

function problemsOf(text: string, environment: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    parseConfiguration(text, 'p.yaml', environment);
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
  return [];
}

describe('configuration', () => {
  it('has a default for everything', () => {
    expect(parseConfiguration('', 'p.yaml')).toMatchObject({
      listen: { host: '127.0.0.1', port: 8420 },
      sources: [{ kind: 'http' }],
      derive: { grace: 5000, counting: 'delta', silentAfter: 30_000 },
      store: { kind: 'duckdb', path: 'data/pneumograph.duckdb' },
    });
  });

  it('takes in the documented example', () => {
    const text = `
listen: { host: 127.0.0.1, port: 8420, tls: { cert: a, key: b } }
sources:
  - { kind: kafka, brokers: [localhost:9092], topic: notify, groupId: pneumograph, tls: false, sasl: { mechanism: scram-sha-512, username: u, password: "\${KAFKA_PASSWORD}" } }
  - { kind: http }
  - { kind: file, path: reports.ndjson, follow: true }
fleet:
  - { kind: static, engines: [ { src: 05964876-aa92, model: lstm, asset: lstm-v3, workflow: prices } ] }
  - { kind: composer, url: "https://composer:8010", workflow: prices, every: 10s }
workflows:
  - { name: prices, file: workflow.yaml }
derive: { grace: 5s, counting: delta, taps: { "manifold.4.records.count": cumulative }, silentAfter: 30s }
store: { kind: duckdb, path: data/pneumograph.duckdb, retention: { raw: 7d, 1m: 90d, 1h: 2y } }
sinks:
  - { kind: log, path: logs/archive.ndjson, rotate: { size: 100M, keep: 10 } }
access: { anonymous: viewer, tokens: data/tokens.json }
`;
    const parsed = parseConfiguration(text, 'p.yaml', { KAFKA_PASSWORD: 'secret' });
    expect(parsed.sources[0]).toMatchObject({ sasl: { password: 'secret' } });
    expect(parsed.sinks[0]).toMatchObject({ rotate: { size: 104_857_600, keep: 10 } });
    expect(parsed.fleet[1]).toMatchObject({ every: 10_000 });
  });

  it.each([
    ['listen: { prot: 1 }', 'p.yaml:1: listen.prot: expected a known key, found an unknown one'],
    ['\n\nlisten:\n  port: "abc"', 'p.yaml:4: listen.port: expected number, found "abc"'],
    ['sources:\n  - kind: http\n  - kind: mqtt', 'p.yaml:3: sources[1].kind: expected'],
    ['sources: [{ kind: kafka }]', 'p.yaml:1: sources[0].brokers: expected array, found nothing'],
    [
      'sources: [{ kind: kafka, brokers: [b], sasl: { mechanism: oauthbearer, clientSecret: x } }]',
      'p.yaml:1: sources[0].sasl.tokenUrl: expected one of token, tokenFile, or tokenUrl with clientId and clientSecret',
    ],
    [
      'sources:\n  - kind: kafka\n    brokers: [b]\n    sasl: { mechanism: plain, username: u }',
      'p.yaml:4: sources[0].sasl.password: expected string, found nothing',
    ],
    ['sources: [{ kind: kafka, brokers: [b], rekeyTo: notify }]', 'sources[0].rekeyTo: expected another topic'],
    ['derive: { grace: soon }', 'p.yaml:1: derive.grace: expected a duration such as'],
    ['workflows: [{ name: a }]', 'p.yaml:1: workflows[0]: expected either `file` or `links`'],
    [
      'workflows: [{ name: pneumograph, links: ["a:1 -> b:0"] }]',
      'p.yaml:1: workflows[0].name: expected another name than "pneumograph", which is reserved',
    ],
    [
      'fleet:\n  - kind: static\n    engines: [{ src: e, model: m, workflow: pneumograph }]',
      'p.yaml:3: fleet[0].engines[0].workflow: expected another name than "pneumograph"',
    ],
    ['fleet: [{ kind: connect, url: "http://c", workflow: pneumograph }]', 'fleet[0].workflow: expected another name'],
    ['fleet: [{ kind: composer, url: "http://c", workflow: pneumograph }]', 'fleet[0].workflow: expected another name'],
    ['monitors: { path: m, folder: m }', 'p.yaml:1: monitors.folder: expected a known key'],
    ['sinks:\n - { kind: kafka, topic: archive }', 'p.yaml:2: sinks[0].brokers: expected array, found nothing'],
    ['store: { path: "${NOWHERE}" }', 'p.yaml:1: expected the environment variable NOWHERE to be set, found none'],
    ['a: [', 'p.yaml:1: '],
    ['- 1', 'p.yaml'],
  ])('says what is wrong with %j', (text, problem) => {
    const problems = problemsOf(text);
    expect(problems[0]).toContain(problem);
    // Problems are for people: no wording of the checking library.
    expect(problems.join()).not.toContain('Invalid input');
  });

  it('takes what slots put out beside links, or alone where Composer tells the links', () => {
    const of = (rest: string) => `workflows: [{ name: prices, ${rest} }]`;
    expect(problemsOf(of("amplification: { 'a:1': 0.5 }"))).toEqual([]);
    expect(problemsOf(of("links: ['a:1 -> b:0'], amplification: { 'a:1': 0.5 }"))).toEqual([]);
    expect(problemsOf(of("amplification: { 'a:1': 0 }"))).toHaveLength(1);
    expect(problemsOf(of('amplification: { a: 0.5 }'))).toEqual([expect.stringContaining('model:slot')]);
    expect(problemsOf(of("file: f.yaml, links: ['a:1 -> b:0']"))).toHaveLength(1);
  });

  it('tells every problem at once', () => {
    expect(problemsOf('listen: { port: -1 }\nderive: { grace: 1 }')).toHaveLength(2);
  });
});
