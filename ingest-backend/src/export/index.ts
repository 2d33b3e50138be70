export { exportText, type ExportQuestion } from './exporter.js';
export { pages } from './pages.js';
export { COLUMNS, EXPORT_FORMATS, EXPORTS, type Export, type ExportFormat } from './rows.js';
