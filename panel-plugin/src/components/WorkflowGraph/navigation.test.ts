import fc from 'fast-check';
import { cardTowards, type Arrow } from './navigation';

const places = new Map([
  ['reader', { x: 0, y: 100 }],
  ['lstm', { x: 400, y: 0 }],
  ['rnn', { x: 400, y: 200 }],
  ['scorer', { x: 800, y: 90 }],
]);
const links = [
  { source: 'reader', target: 'lstm' },
  { source: 'reader', target: 'rnn' },
  { source: 'rnn', target: 'scorer' },
  { source: 'rnn', target: 'rnn' },
];
const from = (id: string, arrow: Arrow) => cardTowards(arrow, id, places, links, 'right');

test('arrows along the direction follow links, both ways; the others go to the next card', () => {
  expect(from('rnn', 'ArrowRight')).toBe('scorer');
  expect(from('scorer', 'ArrowLeft')).toBe('rnn');
  expect(from('rnn', 'ArrowLeft')).toBe('reader');
  expect(from('lstm', 'ArrowDown')).toBe('rnn');
  expect(from('rnn', 'ArrowUp')).toBe('lstm');
});

test('where no link leads on, the next card that lies there does, and past the last none', () => {
  expect(from('lstm', 'ArrowRight')).toBe('scorer');
  expect(from('scorer', 'ArrowRight')).toBeUndefined();
  expect(from('lstm', 'ArrowUp')).toBeUndefined();
});

test('in a graph that runs down, down follows the links', () => {
  expect(cardTowards('ArrowDown', 'rnn', places, links, 'down')).toBe('scorer');
});

test('a key leads to another card or to none', () => {
  const point = fc.record({ x: fc.integer({ min: 0, max: 5 }), y: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 1, maxLength: 8 }),
      fc.constantFrom<Arrow>('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'),
      (cards, arrow) => {
        const at = new Map(cards.map((place, index) => [String(index), place]));
        const next = cardTowards(arrow, '0', at, [], 'right');
        expect(next).not.toBe('0');
        expect(next === undefined || at.has(next)).toBe(true);
      }
    )
  );
});
