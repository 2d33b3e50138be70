export {
  PanelServicesProvider,
  useAge,
  useOpenAlert,
  useOpenModel,
  usePanelServices,
  type PanelServices,
} from './PanelContext';
