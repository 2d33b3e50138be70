import type { convertLegacyAuthProps } from '@grafana/plugin-ui';

type CustomHeaders = NonNullable<ReturnType<typeof convertLegacyAuthProps>['customHeaders']>;

/**
 * Grafana keeps the secret values of headers by number. Removing one moves those after it up, and renaming gives a value
 * another name: such a header must not be sent with a value that was saved for another, so its value is asked for anew.
 */
export function withOwnValues(custom: CustomHeaders): CustomHeaders {
  return {
    ...custom,
    onChange: (headers) =>
      custom.onChange(
        headers.map((header, index) =>
          header.configured && custom.headers[index]?.name !== header.name
            ? { ...header, configured: false, value: '' }
            : header
        )
      ),
  };
}
