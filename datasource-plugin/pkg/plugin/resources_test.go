package plugin

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func callResource(t *testing.T, ds *Datasource, request *backend.CallResourceRequest) *backend.CallResourceResponse {
	t.Helper()
	var got *backend.CallResourceResponse
	err := ds.CallResource(context.Background(), request, backend.CallResourceResponseSenderFunc(
		func(response *backend.CallResourceResponse) error {
			got = response
			return nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCatalogPassesTheTimeRangeThrough(t *testing.T) {
	var asked string
	server := serve(t, map[string]http.HandlerFunc{"GET /api/v1/catalog": func(w http.ResponseWriter, request *http.Request) {
		asked = request.URL.RawQuery
		answers(200, fullCatalogue)(w, request)
	}})
	got := callResource(t, datasourceAt(t, server.URL),
		&backend.CallResourceRequest{Method: http.MethodGet, Path: "catalog", URL: "catalog?from=1&to=2&other=3"})
	if got.Status != 200 || string(got.Body) != fullCatalogue {
		t.Errorf("%d: %s", got.Status, got.Body)
	}
	if asked != "from=1&to=2" {
		t.Errorf("asked for %q", asked)
	}
}

func TestResourceProblemsAreWords(t *testing.T) {
	refusing := serve(t, map[string]http.HandlerFunc{"/api/v1/catalog": answers(401, `{"error":{"message":"unknown token"}}`)})
	for name, c := range map[string]struct {
		url    string
		call   backend.CallResourceRequest
		status int
		text   string
	}{
		// Grafana would sign its user out on a 401.
		"401":     {refusing.URL, backend.CallResourceRequest{Method: "GET", Path: "catalog"}, 502, "unknown token"},
		"no URL":  {"", backend.CallResourceRequest{Method: "GET", Path: "catalog"}, 400, "has no URL"},
		"path":    {refusing.URL, backend.CallResourceRequest{Method: "GET", Path: "tokens"}, 404, "tokens"},
		"writing": {refusing.URL, backend.CallResourceRequest{Method: "POST", Path: "catalog"}, 405, "only be read"},
	} {
		t.Run(name, func(t *testing.T) {
			got := callResource(t, datasourceAt(t, c.url), &c.call)
			if got.Status != c.status || !strings.Contains(string(got.Body), c.text) {
				t.Errorf("%d: %s", got.Status, got.Body)
			}
		})
	}
}
