package plugin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// samples are the answers that every reader of the contract tests against.
const samples = "../../../contract/samples/frames"

func sample(t *testing.T, name string) json.RawMessage {
	t.Helper()
	frames, err := os.ReadFile(filepath.Join(samples, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

// serve runs an ingest backend made of handlers, by path.
func serve(t testing.TB, handlers map[string]http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(mux(handlers))
	t.Cleanup(server.Close)
	return server
}

func mux(handlers map[string]http.HandlerFunc) *http.ServeMux {
	mux := http.NewServeMux()
	for path, handler := range handlers {
		mux.HandleFunc(path, handler)
	}
	return mux
}

// answers replies with a status and a body, whatever is asked.
func answers(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// selfSigned makes a client certificate and its key, in PEM form.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}

type option func(*backend.DataSourceInstanceSettings)

func withToken(token string) option {
	return func(s *backend.DataSourceInstanceSettings) { s.DecryptedSecureJSONData["token"] = token }
}

func withJSON(data string) option {
	return func(s *backend.DataSourceInstanceSettings) { s.JSONData = []byte(data) }
}

func withSecret(key, value string) option {
	return func(s *backend.DataSourceInstanceSettings) { s.DecryptedSecureJSONData[key] = value }
}

func datasourceAt(t testing.TB, url string, options ...option) *Datasource {
	t.Helper()
	settings := backend.DataSourceInstanceSettings{
		Type: ID, URL: url, JSONData: []byte(`{}`), DecryptedSecureJSONData: map[string]string{},
	}
	for _, apply := range options {
		apply(&settings)
	}
	instance, err := NewDatasource(context.Background(), settings)
	if err != nil {
		t.Fatal(err)
	}
	ds := instance.(*Datasource)
	t.Cleanup(ds.Dispose)
	return ds
}

// from and to are a time range of the tutorial.
var (
	from = time.UnixMilli(1520272365000)
	to   = time.UnixMilli(1520275965000)
)

func dataQuery(refID, model string) backend.DataQuery {
	return backend.DataQuery{
		RefID: refID, JSON: []byte(model), MaxDataPoints: 1000, Interval: time.Second,
		TimeRange: backend.TimeRange{From: from, To: to},
	}
}

func runQueries(t *testing.T, ds *Datasource, queries ...backend.DataQuery) backend.Responses {
	t.Helper()
	response, err := ds.QueryData(context.Background(), &backend.QueryDataRequest{Queries: queries})
	if err != nil {
		t.Fatal(err)
	}
	return response.Responses
}
