import type { Size } from '../layout';

/** What an SVG says of its look where no style sheet is, and what holds where it says nothing. */
const LOOK: Record<string, string> = {
  fill: 'rgb(0, 0, 0)',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-dasharray': 'none',
  'stroke-linecap': 'butt',
  'stroke-linejoin': 'miter',
  opacity: '1',
  'fill-opacity': '1',
  'stroke-opacity': '1',
  'font-family': '',
  'font-size': '',
  'font-weight': '400',
  'font-variant-numeric': 'normal',
  'text-anchor': 'start',
  visibility: 'visible',
};
const TEXT_ONLY = new Set(['font-family', 'font-size', 'font-weight', 'font-variant-numeric', 'text-anchor']);
/** What only means something to the page. */
const PAGE_ONLY = /^(class|style|tabindex|role|data-|aria-|cursor)/;

/**
 * A copy of a drawing that looks the same outside of the page: styles that its style sheets gave are written into it.
 * @param background CSS colour behind all
 * @param title read out by screen readers, shown by some viewers
 */
export function standalone(drawing: SVGSVGElement, { width, height }: Size, background: string, title: string): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const [from, to] = [elementsOf(drawing), elementsOf(copy)];
  from.forEach((element, index) => {
    const target = to[index];
    const style = getComputedStyle(element);
    if (target === undefined) {
      return;
    }
    for (const { name } of [...target.attributes]) {
      if (PAGE_ONLY.test(name)) {
        target.removeAttribute(name);
      }
    }
    const isText = /^(text|tspan)$/.test(element.localName);
    for (const [name, preset] of Object.entries(LOOK)) {
      const value = style.getPropertyValue(name);
      if (value !== '' && value !== preset && (isText || !TEXT_ONLY.has(name)) && element !== drawing) {
        target.setAttribute(name, value);
      }
    }
    if (style.display === 'none') {
      target.setAttribute('display', 'none');
    }
  });
  copy.setAttribute('width', String(Math.ceil(width)));
  copy.setAttribute('height', String(Math.ceil(height)));
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const [x = '0', y = '0'] = drawing.getAttribute('viewBox')?.split(' ') ?? [];
  Object.entries({ x, y, width: '100%', height: '100%', fill: background }).forEach(([name, value]) =>
    ground.setAttribute(name, value)
  );
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  name.textContent = title;
  copy.prepend(name, ground);
  return new XMLSerializer().serializeToString(copy);
}

/** @param fonts a style sheet that holds the fonts of the texts */
export function withFonts(svg: string, fonts: string): string {
  return fonts === '' ? svg : svg.replace(/^<svg[^>]*>/, (begin) => `${begin}<style>${fonts}</style>`);
}

function elementsOf(root: Element): Element[] {
  return [root, ...root.querySelectorAll('*')];
}
