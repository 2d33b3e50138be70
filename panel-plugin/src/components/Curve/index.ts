export { Bar, BAR_HEIGHT, Curve } from './Curve';
