/** What the panel saves as files while `action` runs, in place of the browser's user. jsdom can neither make object URLs nor download. */
export async function savedFiles(action: () => Promise<void>): Promise<Array<{ name: string; text: string }>> {
  const blobs: Blob[] = [];
  const [create, revoke] = [URL.createObjectURL, URL.revokeObjectURL];
  Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`, revokeObjectURL: () => {} });
  const click = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
  try {
    await action();
    const texts = await Promise.all(blobs.map(textOf));
    return texts.map((text, index) => ({ name: (click.mock.contexts[index] as HTMLAnchorElement).download, text }));
  } finally {
    Object.assign(URL, { createObjectURL: create, revokeObjectURL: revoke });
    click.mockRestore();
  }
}

function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob);
  });
}
