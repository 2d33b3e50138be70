/** For texts that hold names: React escapes them already, and a name may hold any character. */
export const VERBATIM = { escapeValue: false } as const;
