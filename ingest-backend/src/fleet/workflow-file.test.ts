import { describe, expect, it } from 'vitest';
import { readLink, readWorkflow, shapeOfLinks, splitEnd } from './index.js';

describe('workflow file', () => {
  it('of the older dialect links models by the streams that they share', () => {
    const shape = readWorkflow('w', {
      Workflow: {
        reader: { Inputs: { 0: 'raw' }, Outputs: { 1: 'clean' } },
        lstm: { Inputs: { 0: 'clean' }, Outputs: { 1: 'out' } },
        audit: { Inputs: { 2: 'clean' } },
      },
    });
    expect([...shape.models.keys()]).toEqual(['reader', 'lstm', 'audit']);
    expect(shape.links).toEqual([
      { from: 'reader:1', to: 'lstm:0' },
      { from: 'reader:1', to: 'audit:2' },
    ]);
  });

  it('of the newer dialect draws models that only a connection names', () => {
    const shape = readWorkflow('w', { Assets: { Models: ['a'] }, Connections: [{ Link: ['a:1', 'b: c:0'] }] });
    expect([...shape.models]).toEqual([
      ['a', 'a'],
      ['b: c', undefined],
    ]);
  });

  it.each([
    [[], 'w: expected a mapping'],
    [{ Nothing: 1 }, 'w: expected Assets and Connections, or Workflow; found Nothing'],
    [
      { Connections: [{ Link: ['a:1'] }] },
      'w.Connections[0].Link: expected ["model:slot", "model:slot"], found ["a:1"]',
    ],
  ])('%j is refused with its place', (content, message) => {
    expect(() => readWorkflow('w', content)).toThrow(message);
  });

  it('is written short as links', () => {
    const link = readLink('my: model:1 -> next:0', 'workflows[0].links[0]');
    expect(link).toEqual({ from: 'my: model:1', to: 'next:0' });
    expect(splitEnd(link.from)).toEqual({ model: 'my: model', slot: 1 });
    expect([...shapeOfLinks('w', [link]).models.keys()]).toEqual(['my: model', 'next']);
    expect(() => readLink('a -> b', 'workflows[0].links[0]')).toThrow('workflows[0].links[0]: expected');
  });
});
