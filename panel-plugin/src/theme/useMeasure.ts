import { useMemo, useSyncExternalStore } from 'react';
import { useTheme2 } from '@grafana/ui';
import { measureIn, type Measure } from './fitText';

/** How often fonts have arrived since the page was loaded: what was measured before then was measured in another font. */
let arrivals = 0;

/** A measure for the theme's font, a new one when its files arrive. */
export function useMeasure(): Measure {
  const { fontFamily } = useTheme2().typography;
  const arrived = useSyncExternalStore(subscribe, () => arrivals);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `arrived` stands for the font itself
  return useMemo(() => measureIn(fontFamily), [fontFamily, arrived]);
}

function subscribe(changed: () => void): () => void {
  // Test environments have no font set.
  const fonts: FontFaceSet | undefined = document.fonts;
  const arrive = () => {
    arrivals++;
    changed();
  };
  fonts?.addEventListener('loadingdone', arrive);
  return () => fonts?.removeEventListener('loadingdone', arrive);
}
