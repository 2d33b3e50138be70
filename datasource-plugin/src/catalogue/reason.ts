/** Why a call failed, in the words of the plugin's backend where it gave any. */
export function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    const { data, message, statusText } = error as { data?: unknown; message?: unknown; statusText?: unknown };
    const said = typeof data === 'object' && data !== null ? (data as { message?: unknown }).message : undefined;
    for (const text of [said, message, statusText]) {
      if (typeof text === 'string' && text !== '') {
        return text;
      }
    }
  }
  return typeof error === 'string' && error !== '' ? error : 'The reason is not known';
}
