export { PanelServicesProvider, usePanelServices, type PanelServices } from './PanelContext';
