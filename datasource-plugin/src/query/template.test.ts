import { variableService } from '../testing/variables';
import { expandList, expandOne, templateOf } from './template';

const template = (values: Record<string, string | string[]>, texts?: Record<string, string>) =>
  templateOf(variableService(values, texts));

describe('expandList', () => {
  it('expands variables with several values, also inside a text, each value once', () => {
    const t = template({ model: ['a', 'b'], env: 'test', n: ['1', '2'] });
    expect(expandList(['$model', 'b', '${env}-$n', 'c.d'], t)).toEqual(['a', 'b', 'test-1', 'test-2', 'c.d']);
  });

  it('keeps values that look like patterns, lists or variables', () => {
    const names = ['{a,b}', 'x,y', 'say "hi"', 'a\\b', '$5', 'naïve model 🫁'];
    expect(expandList(['$model'], template({ model: names }))).toEqual(names);
  });

  it.each(['*', '.*', '$__all'])('takes the custom value %s of All for everything', (all) => {
    expect(expandList(['$model', 'b'], template({ model: all }))).toEqual([]);
  });

  it('drops variables without a value', () => {
    expect(expandList(['$none', '$empty', 'a'], template({ none: [], empty: '' }))).toEqual(['a']);
  });

  it('leaves a variable that does not exist for the error message', () => {
    expect(expandList(['$nowhere'], template({}))).toEqual(['$nowhere']);
  });

  it('prefers the variables of a repeated panel', () => {
    const t = templateOf(variableService({ model: ['a', 'b'] }), { model: { text: 'b', value: 'b' } });
    expect(expandList(['$model'], t)).toEqual(['b']);
  });
});

describe('expandOne', () => {
  it('reads one value, an empty one, and All', () => {
    expect(expandOne('workflow', '$w', template({ w: 'prices' }))).toBe('prices');
    expect(expandOne('workflow', '$w', template({ w: ['prices'] }))).toBe('prices');
    expect(expandOne('workflow', '', template({}))).toBeUndefined();
    expect(expandOne('workflow', '$w', template({ w: ['prices', 'fraud'] }, { w: 'All' }))).toBeUndefined();
  });

  it('says why several values cannot be asked for', () => {
    const t = template({ w: ['prices', 'fraud'] }, { w: 'prices + fraud' });
    expect(() => expandOne('workflow', '$w', t)).toThrow(
      'A query reads one workflow, but $w stands for 2 (prices, fraud). Choose one value of the variable'
    );
  });
});
