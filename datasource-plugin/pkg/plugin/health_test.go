package plugin

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const fullCatalogue = `{"workflows":[
	{"name":"prices","models":[{"name":"lstm","slots":[0,1],"engines":[{"src":"a"},{"src":"b"}]},{"name":"prep","slots":[0,1],"engines":[{"src":"c"}]}],"links":[]},
	{"name":"","models":[{"name":"alone","slots":[],"engines":[]}],"links":[]}],
	"metrics":[{"name":"rps"}]}`

func check(t *testing.T, ds *Datasource) (*backend.CheckHealthResult, string) {
	t.Helper()
	return checkAs(t, ds, "0.1.7")
}

// checkAs checks as a plugin of a version.
func checkAs(t *testing.T, ds *Datasource, version string) (*backend.CheckHealthResult, string) {
	t.Helper()
	request := &backend.CheckHealthRequest{PluginContext: backend.PluginContext{PluginVersion: version}}
	result, err := ds.CheckHealth(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	var details struct {
		VerboseMessage string `json:"verboseMessage"`
	}
	if len(result.JSONDetails) > 0 {
		if err := json.Unmarshal(result.JSONDetails, &details); err != nil {
			t.Fatal(err)
		}
	}
	return result, details.VerboseMessage
}

func healthy() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /health/ready":   answers(200, `{"status":"ready","version":"0.1.0"}`),
		"GET /api/v1/catalog": answers(200, catalogueSeen(time.Now().Add(-12*time.Second))),
	}
}

// catalogueSeen is the full one, where one engine reported at a time and others long before or never.
func catalogueSeen(at time.Time) string {
	return strings.NewReplacer(
		`{"src":"a"}`, `{"src":"a","name":"engine-a","lastSeen":"2018-03-05T17:52:45.000000Z"}`,
		`{"src":"b"}`, `{"src":"b","name":"engine-b","lastSeen":"`+at.UTC().Format("2006-01-02T15:04:05.000000Z")+`"}`,
		`{"src":"c"}`, `{"src":"c","name":"engine-c","lastSeen":null}`,
	).Replace(fullCatalogue)
}

func TestHealthTellsOneByOne(t *testing.T) {
	server := serve(t, healthy())
	result, verbose := check(t, datasourceAt(t, server.URL, withToken("secret")))
	message := regexp.MustCompile(`^Connected to Pneumograph 0\.1\.0: 1 workflow, 3 models, 3 engines, newest data 1\d s old, clocks agree\.$`)
	if result.Status != backend.HealthStatusOk || !message.MatchString(result.Message) {
		t.Errorf("%v: %s", result.Status, result.Message)
	}
	want := regexp.MustCompile(`^Reachable: ` + regexp.QuoteMeta(server.URL) + ` answers and is ready
Authorised: The catalogue can be read with the access token
Version: The ingest backend is 0\.1\.0
Newest data: It is 1\d s old, from engine engine-b of lstm
Clock difference: None of more than 5 s$`)
	if !want.MatchString(verbose) {
		t.Errorf("steps are\n%s", verbose)
	}
}

func TestHealthBelowTheRootOfAProxy(t *testing.T) {
	server := serve(t, map[string]http.HandlerFunc{"/pneumo/": http.StripPrefix("/pneumo", mux(healthy())).ServeHTTP})
	if result, _ := check(t, datasourceAt(t, server.URL+"/pneumo/")); result.Status != backend.HealthStatusOk {
		t.Error(result.Message)
	}
}

func TestHealthHintsAtAnEmptyCatalogue(t *testing.T) {
	handlers := healthy()
	handlers["GET /api/v1/catalog"] = answers(200, `{"workflows":[],"metrics":[]}`)
	result, _ := check(t, datasourceAt(t, serve(t, handlers).URL))
	if result.Status != backend.HealthStatusOk || !strings.Contains(result.Message, "No model has reported yet") {
		t.Errorf("%v: %s", result.Status, result.Message)
	}
}

func TestHealthSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		path    string
		handler http.HandlerFunc
		texts   []string
	}{
		"token unknown":  {"GET /api/v1/catalog", answers(401, `{"error":{"message":"unknown token"}}`), []string{"401", "unknown token", "pneumograph token create"}},
		"token too weak": {"GET /api/v1/catalog", answers(403, `{"error":{"message":"needs viewer"}}`), []string{"403", "needs viewer", "role viewer"}},
		"not ready": {"GET /health/ready", answers(503, `{"reasons":["store: disk full",{"component":"kafka","message":"no broker"}]}`),
			[]string{"not ready", "store: disk full", "kafka: no broker", "pneumograph check"}},
		"older API":          {"GET /api/v1/catalog", answers(404, `{"error":{"message":"no such path"}}`), []string{"no version 1", "update the older"}},
		"another one":        {"GET /health/ready", answers(404, "404 page not found"), []string{"not Pneumograph", "Correct the URL"}},
		"login page":         {"GET /api/v1/catalog", answers(200, "<html>Sign in</html>"), []string{"not as Pneumograph does", "Correct the URL"}},
		"another login page": {"GET /health/ready", answers(200, "<html>Sign in</html>"), []string{"not as Pneumograph does", "Correct the URL"}},
		"broken":             {"GET /api/v1/catalog", answers(500, `{"error":{"message":"boom"}}`), []string{"500", "boom", "log"}},
	} {
		t.Run(name, func(t *testing.T) {
			handlers := healthy()
			handlers[c.path] = c.handler
			server := serve(t, handlers)
			result, verbose := check(t, datasourceAt(t, server.URL))
			expectSick(t, result, append(c.texts, server.URL)...)
			if verbose == "" {
				t.Error("no details")
			}
		})
	}
}

func TestHealthOfSettingsThatCannotWork(t *testing.T) {
	for name, c := range map[string]struct {
		url     string
		options []option
		texts   []string
	}{
		"no URL":     {"", nil, []string{"has no URL", "http://127.0.0.1:8420"}},
		"no scheme":  {"localhost:8420", nil, []string{`"localhost:8420"`, "http://"}},
		"unreadable": {"http://[::1", nil, []string{"cannot be read"}},
	} {
		t.Run(name, func(t *testing.T) {
			result, _ := check(t, datasourceAt(t, c.url, c.options...))
			expectSick(t, result, c.texts...)
		})
	}
}

func TestHealthWhereNothingListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	result, verbose := check(t, datasourceAt(t, "http://"+address))
	expectSick(t, result, "Nothing answers at http://"+address, "refused", "not your browser")
	if !strings.Contains(verbose, "Cause: ") {
		t.Errorf("details are %q", verbose)
	}
}

func TestHealthOfAnUnknownHost(t *testing.T) {
	result, _ := check(t, datasourceAt(t, "http://pneumograph.invalid:8420"))
	expectSick(t, result, `"pneumograph.invalid"`)
}

func TestHealthOfASilentHost(t *testing.T) {
	release := make(chan struct{})
	server := serve(t, map[string]http.HandlerFunc{"/health/ready": func(http.ResponseWriter, *http.Request) { <-release }})
	t.Cleanup(func() { close(release) })
	result, _ := check(t, datasourceAt(t, server.URL, withJSON(`{"timeout":1}`)))
	expectSick(t, result, "did not answer in time", "timeout")
}

func TestHealthOfTLS(t *testing.T) {
	server := httptest.NewTLSServer(mux(healthy()))
	t.Cleanup(server.Close)
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	own := []option{withJSON(`{"tlsAuthWithCACert":true}`), withSecret("tlsCACert", authority)}

	result, _ := check(t, datasourceAt(t, server.URL))
	expectSick(t, result, "an authority that Grafana does not know", "TLS settings")

	for name, options := range map[string][]option{"own authority": own, "unchecked": {withJSON(`{"tlsSkipVerify":true}`)}} {
		if result, _ := check(t, datasourceAt(t, server.URL, options...)); result.Status != backend.HealthStatusOk {
			t.Errorf("%s: %s", name, result.Message)
		}
	}

	// The certificate is for 127.0.0.1 and example.com.
	otherName := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	result, _ = check(t, datasourceAt(t, otherName, own...))
	expectSick(t, result, "is for another host", "localhost")
	own[0] = withJSON(`{"tlsAuthWithCACert":true,"serverName":"example.com"}`)
	if result, _ := check(t, datasourceAt(t, otherName, own...)); result.Status != backend.HealthStatusOk {
		t.Errorf("server name: %s", result.Message)
	}
	// A server name holds without an authority of one's own as well: only the authority is wrong here.
	result, _ = check(t, datasourceAt(t, otherName, withJSON(`{"serverName":"example.com"}`)))
	expectSick(t, result, "an authority that Grafana does not know")

	plain := serve(t, healthy())
	result, _ = check(t, datasourceAt(t, strings.Replace(plain.URL, "http:", "https:", 1)))
	expectSick(t, result, "plain HTTP", "http://")
}

func TestHealthWhereAClientCertificateIsAskedFor(t *testing.T) {
	certificate, key := selfSigned(t)
	known := x509.NewCertPool()
	known.AppendCertsFromPEM([]byte(certificate))
	server := httptest.NewUnstartedServer(mux(healthy()))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: known, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	result, _ := check(t, datasourceAt(t, server.URL, withJSON(`{"tlsSkipVerify":true}`)))
	expectSick(t, result, "refused the TLS connection", "client certificate")

	result, _ = check(t, datasourceAt(t, server.URL, withJSON(`{"tlsSkipVerify":true,"tlsAuth":true}`),
		withSecret("tlsClientCert", certificate), withSecret("tlsClientKey", key)))
	if result.Status != backend.HealthStatusOk {
		t.Error(result.Message)
	}
}

func expectSick(t *testing.T, result *backend.CheckHealthResult, texts ...string) {
	t.Helper()
	if result.Status != backend.HealthStatusError {
		t.Errorf("status is %v", result.Status)
	}
	for _, text := range texts {
		if !strings.Contains(result.Message, text) {
			t.Errorf("%q does not say %q", result.Message, text)
		}
	}
}
