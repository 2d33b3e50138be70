import React, { useLayoutEffect, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useTheme2 } from '@grafana/ui';
import type { Size } from '../layout';
import { saveDrawing, type Format } from './files';
import { embeddedFonts } from './fonts';
import { standalone, withFonts } from './standalone';

interface Props {
  size: Size;
  format: Format;
  /** Of the file, without its ending. */
  name: string;
  onDone: () => void;
  onError: (error: Error) => void;
  /** SVG. */
  children: ReactNode;
}

const MARGIN = 16;

/** Draws its children whole, out of sight, and saves the drawing as a file. */
export function Offscreen({ size, format, name, onDone, onError, children }: Props) {
  const theme = useTheme2();
  const drawing = useRef<SVGSVGElement>(null);
  const [width, height] = [size.width + 2 * MARGIN, size.height + 2 * MARGIN];
  useLayoutEffect(() => {
    if (drawing.current !== null) {
      const svg = standalone(drawing.current, { width, height }, theme.colors.background.primary, name);
      embeddedFonts(theme.typography.fontFamily)
        .then((fonts) => saveDrawing(withFonts(svg, fonts), { width, height }, format, name))
        .then(onDone, onError);
    }
    // Once: what changes meanwhile is of the next picture.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return createPortal(
    <svg
      ref={drawing}
      width={width}
      height={height}
      viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`}
      style={{ position: 'fixed', left: -100_000, top: 0, fontFamily: theme.typography.fontFamily }}
      aria-hidden="true"
      data-testid="offscreen"
    >
      {children}
    </svg>,
    document.body
  );
}
