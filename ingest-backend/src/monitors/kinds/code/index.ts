export { CodeMonitor } from './code-monitor.js';
export { logLines } from './log-lines.js';
export { codeParams, joins, type CodeParams } from './params.js';
export { environment, type Input, type Item, type Message, type Runner, type Start } from './runner.js';
