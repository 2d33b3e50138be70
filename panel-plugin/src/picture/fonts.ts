/** A face of a style sheet, with the sheet that its address is relative to. */
interface Face {
  rule: CSSFontFaceRule;
  base: string;
}

/**
 * The faces of a font that the page shows texts with, as a style sheet that holds them: a picture is looked at where there
 * are no files beside it. Empty where they cannot be had, so that a viewer takes the font that it has.
 */
export async function embeddedFonts(fontFamily: string): Promise<string> {
  const family = unquoted(fontFamily.split(',')[0] ?? '');
  // Test environments have no font set.
  const fonts: FontFaceSet | undefined = document.fonts;
  const loaded = [...(fonts ?? [])].filter((face) => face.status === 'loaded' && unquoted(face.family) === family);
  const shown =
    loaded.length === 0 ? [] : facesOf(family).filter(({ rule }) => loaded.some((face) => isOf(face, rule)));
  const rules = await Promise.all(shown.map((face) => embedded(face).catch(() => '')));
  return rules.join('');
}

function facesOf(family: string): Face[] {
  return [...document.styleSheets].flatMap((sheet) => {
    const rules = rulesOf(sheet).filter((rule) => rule instanceof CSSFontFaceRule);
    return rules
      .filter(({ style }) => unquoted(style.getPropertyValue('font-family')) === family)
      .map((rule) => ({ rule, base: sheet.href ?? document.baseURI }));
  });
}

/** Those of other sites are not to be read. */
function rulesOf(sheet: CSSStyleSheet): CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}

function isOf(face: FontFace, { style }: CSSFontFaceRule): boolean {
  const is = (told: string, name: string, preset: string) => told === (style.getPropertyValue(name) || preset);
  return (
    is(face.weight, 'font-weight', 'normal') &&
    is(face.style, 'font-style', 'normal') &&
    is(face.unicodeRange, 'unicode-range', 'U+0-10FFFF')
  );
}

async function embedded({ rule, base }: Face): Promise<string> {
  const address = /url\(\s*["']?([^"')]+)["']?\s*\)/.exec(rule.style.getPropertyValue('src'))?.[1];
  if (address === undefined) {
    return '';
  }
  const response = await fetch(new URL(address, base));
  if (!response.ok) {
    return '';
  }
  const data = await dataUrl(await response.blob());
  const kept = ['font-family', 'font-weight', 'font-style', 'unicode-range']
    .map((name) => [name, rule.style.getPropertyValue(name)])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}:${value};`);
  return `@font-face{${kept.join('')}src:url(${data});}`;
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('the browser read no font'));
    reader.readAsDataURL(blob);
  });
}

function unquoted(name: string): string {
  return name.trim().replace(/^(["'])(.*)\1$/, '$2');
}
