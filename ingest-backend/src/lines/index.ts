/**
 * The lines of a stream of bytes in UTF-8, without their ends. Unlike readline, it throws what the stream throws.
 */
export async function* splitLines(stream: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      yield withoutReturn(line);
    }
  }
  rest += decoder.decode();
  if (rest !== '') {
    yield withoutReturn(rest);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
