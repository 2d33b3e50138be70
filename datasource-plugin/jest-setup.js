// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';

// jsdom measures nothing, and lists and pills draw only what they think fits: everything has a size here.
HTMLCanvasElement.prototype.getContext = () => ({ font: '', measureText: (text) => ({ width: text.length * 8 }) });
Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 400, 400);
for (const size of ['offsetWidth', 'offsetHeight']) {
  Object.defineProperty(HTMLElement.prototype, size, { configurable: true, get: () => 400 });
}
