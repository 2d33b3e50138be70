// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';
import { deserialize, serialize } from 'v8';

// Browsers have these; jsdom lacks them.
global.structuredClone ??= (value) => deserialize(serialize(value));
global.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
global.PointerEvent ??= class extends MouseEvent {};
