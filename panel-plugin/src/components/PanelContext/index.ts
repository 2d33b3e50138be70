export { PanelServicesProvider, useOpenModel, usePanelServices, type PanelServices } from './PanelContext';
