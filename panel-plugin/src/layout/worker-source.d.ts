/** The code of a worker, bundled and as a text. */
declare module '*?source' {
  const source: string;
  export default source;
}
