import React, { type ComponentProps } from 'react';
import { QueryEditor } from '../components/QueryEditor';

/** What a dashboard's annotations tell: alerts or engine states. */
export function AnnotationEditor(props: ComponentProps<typeof QueryEditor>) {
  return <QueryEditor {...props} purpose="annotation" />;
}
