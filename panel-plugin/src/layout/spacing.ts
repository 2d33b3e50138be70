/** Kept free before and after a link's text, so that the link and its head show beside it. */
export const LABEL_MARGIN = 14;
