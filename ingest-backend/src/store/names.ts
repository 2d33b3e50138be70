/**
 * JSON may carry half a surrogate pair, which no UTF-8 text can hold. It is replaced here, before names are compared,
 * so that what is asked for later is what was stored.
 */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text;
}

const SURROGATE = /\p{Surrogate}/u;
