package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// userHeader tells the ingest backend's log who asked. It is the name that Grafana itself uses for this.
const userHeader = "X-Grafana-User"

// client speaks version 1 of the ingest backend's HTTP API.
type client struct {
	base        *url.URL
	token       string
	forwardUser bool
	http        *http.Client
	// streaming has no limit of time: its answers end when nobody wants them any more.
	streaming *http.Client
}

// answer is a successful one.
type answer struct {
	body   []byte
	header http.Header
	// sent and received are the times around the call, by the clock of Grafana's server.
	sent, received time.Time
}

func newClient(s settings) (*client, *failure) {
	httpClient, err := httpclient.New(s.http)
	if err != nil {
		return nil, settingsFailure("The HTTP settings cannot be used: "+err.Error(),
			"Check the TLS and HTTP settings of the data source", err)
	}
	httpClient.CheckRedirect = stayOnHost
	streaming := *httpClient
	streaming.Timeout = 0
	return &client{
		base: s.base, token: s.token, forwardUser: s.forwardUser, http: httpClient, streaming: &streaming,
	}, nil
}

const mostRedirects = 10

// stayOnHost follows redirects that add TLS or a path. Another host, and an unprotected connection after a protected
// one, must not see the token, the further headers and the user's login.
func stayOnHost(next *http.Request, via []*http.Request) error {
	if len(via) >= mostRedirects {
		return errors.New("it redirects in a circle")
	}
	first := via[0].URL
	if next.URL.Hostname() != first.Hostname() || (first.Scheme == "https" && next.URL.Scheme != "https") {
		return http.ErrUseLastResponse
	}
	return nil
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
	got, problem := c.call(ctx, http.MethodGet, path, params, nil)
	return got.body, problem
}

func (c *client) post(ctx context.Context, path string, body any) ([]byte, *failure) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, pluginFailure("The query cannot be written as JSON", err)
	}
	got, problem := c.call(ctx, http.MethodPost, path, nil, encoded)
	return got.body, problem
}

// call makes one request in a span of its own. The answer is empty where it is no success.
func (c *client) call(ctx context.Context, method, path string, params url.Values, body []byte) (answer, *failure) {
	ctx, span := tracing.DefaultTracer().Start(ctx, "Pneumograph "+method+" "+path,
		trace.WithAttributes(attribute.Int("pneumograph.request.bytes", len(body))))
	defer span.End()
	got, problem := c.exchange(ctx, method, c.url(path, params), body)
	if problem != nil {
		span.SetAttributes(attribute.String("pneumograph.failure", string(problem.code)))
		_ = tracing.Error(span, problem)
	} else {
		span.SetAttributes(attribute.Int("pneumograph.answer.bytes", len(got.body)))
	}
	return got, problem
}

// request to the ingest backend, with all that it has to know of who asks.
func (c *client) request(ctx context.Context, method, target string, body []byte) (*http.Request, *failure) {
	request, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, pluginFailure("The request cannot be made", err)
	}
	c.setHeaders(request, body != nil)
	return request, nil
}

func (c *client) exchange(ctx context.Context, method, target string, body []byte) (answer, *failure) {
	request, problem := c.request(ctx, method, target, body)
	if problem != nil {
		return answer{}, problem
	}
	sent := time.Now()
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, transportFailure(target, err)
	}
	received := time.Now()
	defer func() { _ = response.Body.Close() }()
	read, err := readWhole(response)
	if err != nil {
		return answer{}, transportFailure(target, err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return answer{}, statusFailure(target, response, read)
	}
	return answer{body: read, header: response.Header, sent: sent, received: received}, nil
}

// mostAhead, in bytes, is what is set aside for an answer because it says that it is so long.
const mostAhead = 16 << 20

// readWhole reads into memory that is as large as the answer says it is.
func readWhole(response *http.Response) ([]byte, error) {
	var read bytes.Buffer
	if length := response.ContentLength; length > 0 {
		read.Grow(int(min(length, mostAhead)) + bytes.MinRead)
	}
	_, err := read.ReadFrom(response.Body)
	return read.Bytes(), err
}

func (c *client) setHeaders(request *http.Request, hasBody bool) {
	request.Header.Set("Accept", "application/json")
	if hasBody {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	// Alert rules and other work of Grafana itself have no user.
	if user := backend.UserFromContext(request.Context()); c.forwardUser && user != nil && user.Login != "" {
		request.Header.Set(userHeader, headerText(user.Login))
	}
}

// headerText is a login as a header carries it: percent-encoded where it is no plain ASCII.
func headerText(login string) string {
	return url.PathEscape(login)
}
