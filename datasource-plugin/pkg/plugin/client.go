package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// client speaks version 1 of the ingest backend's HTTP API.
type client struct {
	base  *url.URL
	token string
	http  *http.Client
	// streaming has no limit of time: its answers end when nobody wants them any more.
	streaming *http.Client
}

func newClient(s settings) (*client, *failure) {
	httpClient, err := httpclient.New(s.http)
	if err != nil {
		return nil, settingsFailure("The TLS settings cannot be used: "+err.Error(),
			"Paste certificates and key in PEM form, each with its BEGIN and END line", err)
	}
	streaming := *httpClient
	streaming.Timeout = 0
	return &client{base: s.base, token: s.token, http: httpClient, streaming: &streaming}, nil
}

func (c *client) close() {
	c.http.CloseIdleConnections()
}

// url of a call, below whatever path the base has.
func (c *client) url(path string, params url.Values) string {
	target := c.base.JoinPath(path)
	target.RawQuery = params.Encode()
	return target.String()
}

func (c *client) get(ctx context.Context, path string, params url.Values) ([]byte, *failure) {
	return c.call(ctx, http.MethodGet, c.url(path, params), nil)
}

func (c *client) post(ctx context.Context, path string, body any) ([]byte, *failure) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, pluginFailure("The query cannot be written as JSON", err)
	}
	return c.call(ctx, http.MethodPost, c.url(path, nil), encoded)
}

// request to the ingest backend, with the token.
func (c *client) request(ctx context.Context, method, target string, body []byte) (*http.Request, *failure) {
	request, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, pluginFailure("The request cannot be made", err)
	}
	if c.token != "" {
		// On the request and not in the client's options: so it stays behind when a redirect leads to another host.
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	return request, nil
}

// call makes one request and returns the body of a successful answer.
func (c *client) call(ctx context.Context, method, target string, body []byte) ([]byte, *failure) {
	request, problem := c.request(ctx, method, target, body)
	if problem != nil {
		return nil, problem
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, transportFailure(target, err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, transportFailure(target, err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, statusFailure(target, response, answer)
	}
	return answer, nil
}
