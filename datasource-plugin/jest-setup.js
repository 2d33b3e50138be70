// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';
import { configure } from '@testing-library/react';

// A busy machine is no fault of the code.
configure({ asyncUtilTimeout: 20_000 });

// jsdom measures nothing, and lists and pills draw only what they think fits: everything has a size here.
HTMLCanvasElement.prototype.getContext = () => ({ font: '', measureText: (text) => ({ width: text.length * 8 }) });
const box = { x: 0, y: 0, left: 0, top: 0, right: 400, bottom: 400, width: 400, height: 400 };
Element.prototype.getBoundingClientRect = () => ({ ...box, toJSON: () => box });
global.IntersectionObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
for (const size of ['clientWidth', 'clientHeight']) {
  Object.defineProperty(Element.prototype, size, { configurable: true, get: () => 400 });
}
