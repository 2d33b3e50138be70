import type { BackendSrv, BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import { from, lastValueFrom, type Observable } from 'rxjs';

/** Sends what plugins ask of a Grafana to the host's server, which asks the real Go plugin. */
export class HostBackend implements BackendSrv {
  fetch<T>(options: BackendSrvRequest): Observable<FetchResponse<T>> {
    return from(this.send<T>(options));
  }

  datasourceRequest<T>(options: BackendSrvRequest): Promise<FetchResponse<T>> {
    return lastValueFrom(this.fetch<T>(options));
  }

  async request<T>(options: BackendSrvRequest): Promise<T> {
    return (await this.send<T>(options)).data;
  }

  get<T>(url: string, params?: Record<string, unknown>, requestId?: string, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, url, method: 'GET', params, requestId });
  }

  delete<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, url, method: 'DELETE', data });
  }

  post<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, url, method: 'POST', data });
  }

  patch<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, url, method: 'PATCH', data });
  }

  put<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, url, method: 'PUT', data });
  }

  chunked(): never {
    throw new Error('the plugin host does not stream answers');
  }

  private async send<T>(options: BackendSrvRequest): Promise<FetchResponse<T>> {
    const url = withParams(options.url, options.params);
    const response = await fetch(url, {
      method: options.method ?? 'GET',
      headers: { 'Content-Type': 'application/json', ...options.headers },
      body: options.data === undefined ? undefined : JSON.stringify(options.data),
      signal: options.abortSignal,
    });
    const text = await response.text();
    const answer = {
      data: parse<T>(text),
      status: response.status,
      statusText: response.statusText,
      ok: response.ok,
      headers: response.headers,
      redirected: response.redirected,
      type: response.type,
      url: response.url,
      config: options,
    };
    if (!response.ok) {
      // The shape of a FetchError: plugins look into `data` for the words.
      throw Object.assign(new Error(`${options.url}: ${response.status} ${response.statusText}`), answer);
    }
    return answer;
  }
}

function parse<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return text as T;
  }
}

function withParams(url: string, params: Record<string, unknown> = {}): string {
  const address = new URL(url, window.location.origin);
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) {
        address.searchParams.append(name, String(one));
      }
    }
  }
  return address.toString();
}
