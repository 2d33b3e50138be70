package plugin

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// spans are those of all tests.
var spans = tracetest.NewInMemoryExporter()

func TestMain(m *testing.M) {
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	tracing.InitDefaultTracer(provider.Tracer("test"))
	os.Exit(m.Run())
}

// headersSeen are those that each kind of call brings, made for a user.
func headersSeen(t *testing.T, user *backend.User, options ...option) map[string]http.Header {
	t.Helper()
	queries := &recorder{}
	seen := map[string]http.Header{}
	remember := func(path string, next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, request *http.Request) {
			seen[path] = request.Header
			next(w, request)
		}
	}
	server := serve(t, map[string]http.HandlerFunc{
		"/api/v1/query":   remember("query", queries.handle),
		"/api/v1/catalog": remember("catalog", answers(200, fullCatalogue)),
		"/health/ready":   answers(200, `{"status":"ready"}`),
	})
	ds := datasourceAt(t, server.URL, options...)
	// As the SDK does before every handler.
	ctx := backend.WithUser(context.Background(), user)
	if _, err := ds.QueryData(ctx, &backend.QueryDataRequest{Queries: []backend.DataQuery{dataQuery("A", `{}`)}}); err != nil {
		t.Fatal(err)
	}
	if _, err := ds.CheckHealth(ctx, &backend.CheckHealthRequest{}); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 {
		t.Fatalf("calls are %v", seen)
	}
	return seen
}

func TestTheLoginOfTheUserGoesAlong(t *testing.T) {
	for name, c := range map[string]struct {
		user    *backend.User
		options []option
		want    string
	}{
		"login":       {&backend.User{Login: "anna@example.com"}, nil, "anna@example.com"},
		"Unicode":     {&backend.User{Login: "jürgen k"}, nil, "j%C3%BCrgen%20k"},
		"line breaks": {&backend.User{Login: "a\r\nX-Other: b"}, nil, "a%0D%0AX-Other:%20b"},
		"alert rule":  {nil, nil, ""},
		"no login":    {&backend.User{}, nil, ""},
		"turned off":  {&backend.User{Login: "anna"}, []option{withJSON(`{"forwardUser":false}`)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for path, header := range headersSeen(t, c.user, c.options...) {
				if got := header.Get("X-Grafana-User"); got != c.want {
					t.Errorf("%s: the login is %q", path, got)
				}
			}
		})
	}
}

func TestFurtherHeadersGoAlong(t *testing.T) {
	for path, header := range headersSeen(t, nil, withToken("secret"),
		withJSON(`{"httpHeaderName1":"X-Team","httpHeaderName2":"X-Scope-OrgID"}`),
		withSecret("httpHeaderValue1", "fast lane"), withSecret("httpHeaderValue2", "7")) {
		if header.Get("X-Team") != "fast lane" || header.Get("X-Scope-OrgID") != "7" || header.Get("Authorization") != "Bearer secret" {
			t.Errorf("%s: headers are %v", path, header)
		}
	}
}

func TestBasicAuthentication(t *testing.T) {
	for path, header := range headersSeen(t, nil, withJSON(`{"basicAuth":true,"basicAuthUser":"anna"}`), withSecret("basicAuthPassword", "hush")) {
		// "anna:hush" in base64.
		if got := header.Get("Authorization"); got != "Basic YW5uYTpodXNo" {
			t.Errorf("%s: Authorization is %q", path, got)
		}
	}
}

func TestARedirectToAnotherHostIsNotFollowed(t *testing.T) {
	followed := false
	elsewhere := serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, request *http.Request) {
		followed = true
		answers(200, `{}`)(w, request)
	}})
	// The same listener under another name is another host.
	other := strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)
	server := serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, request *http.Request) {
		http.Redirect(w, request, other+"/login?next=secret", http.StatusTemporaryRedirect)
	}})
	response := runQueries(t, datasourceAt(t, server.URL, withToken("secret")), dataQuery("A", `{}`))["A"]
	expectFailure(t, response, 502, backend.ErrorSourceDownstream, "elsewhere, to "+other+" (307). Enter the address")
	if followed {
		t.Error("the other host was asked")
	}
}

func TestARedirectOnTheSameHostIsFollowed(t *testing.T) {
	queries := &recorder{}
	server := serve(t, map[string]http.HandlerFunc{
		"/moved/api/v1/query": queries.handle,
		"/api/v1/query": func(w http.ResponseWriter, request *http.Request) {
			http.Redirect(w, request, "/moved/api/v1/query", http.StatusPermanentRedirect)
		},
		"/circle/": func(w http.ResponseWriter, request *http.Request) {
			http.Redirect(w, request, request.URL.Path, http.StatusPermanentRedirect)
		},
	})
	response := runQueries(t, datasourceAt(t, server.URL, withToken("secret")), dataQuery("A", `{}`))["A"]
	if response.Error != nil || len(queries.header) != 1 || queries.header[0].Get("Authorization") != "Bearer secret" {
		t.Errorf("error is %v, headers are %v", response.Error, queries.header)
	}
	response = runQueries(t, datasourceAt(t, server.URL+"/circle"), dataQuery("A", `{}`))["A"]
	expectFailure(t, response, 502, backend.ErrorSourceDownstream, "redirects in a circle")
}

func TestTheTimeoutHoldsForQueries(t *testing.T) {
	release := make(chan struct{})
	server := serve(t, map[string]http.HandlerFunc{"/api/v1/query": func(http.ResponseWriter, *http.Request) { <-release }})
	t.Cleanup(func() { close(release) })
	began := time.Now()
	response := runQueries(t, datasourceAt(t, server.URL, withJSON(`{"timeout":1}`)), dataQuery("A", `{}`))["A"]
	expectFailure(t, response, 504, backend.ErrorSourceDownstream, "did not answer in time")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestEveryCallIsASpan(t *testing.T) {
	spans.Reset()
	server := serve(t, map[string]http.HandlerFunc{"/api/v1/query": answers(503, ``), "/health/ready": answers(200, `{"status":"ready"}`)})
	ds := datasourceAt(t, server.URL, withToken("secret"))
	runQueries(t, ds, dataQuery("A", `{}`))
	if _, _, problem := ds.client.ready(context.Background()); problem != nil {
		t.Fatal(problem)
	}
	found := map[string]tracetest.SpanStub{}
	for _, s := range spans.GetSpans() {
		found[s.Name] = s
	}
	failed, well := found["Pneumograph POST /api/v1/query"], found["Pneumograph GET /health/ready"]
	if failed.Status.Code != codes.Error || !strings.Contains(failed.Status.Description, "cannot answer now") {
		t.Errorf("the failed call's span is %+v", failed)
	}
	if well.Name == "" || well.Status.Code == codes.Error {
		t.Errorf("the other call's span is %+v", well)
	}
	// The SDK's own, of the request, lies within.
	within := false
	for _, s := range spans.GetSpans() {
		within = within || s.Parent.SpanID() == failed.SpanContext.SpanID()
	}
	if !within {
		t.Error("the request has no span within the call's")
	}
}
