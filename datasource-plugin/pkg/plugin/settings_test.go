package plugin

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func TestSettingsThatCannotWorkAreNamed(t *testing.T) {
	certificate, key := selfSigned(t)
	_, otherKey := selfSigned(t)
	for name, c := range map[string]struct {
		url     string
		json    string
		secrets map[string]string
		texts   []string
	}{
		"password in the URL": {url: "http://anna:hush@backend:8420", texts: []string{"user name or a password", "Authentication"}},
		"no object":           {json: `[]`, texts: []string{"no JSON object"}},
		"no JSON":             {json: `{`, texts: []string{"no JSON object"}},
		"timeout as text":     {json: `{"timeout":"30"}`, texts: []string{"jsonData.timeout is string, not a number"}},
		"timeout of 0":        {json: `{"timeout":0}`, texts: []string{"timeout is 0 s", "1 to 3600"}},
		"timeout of a half":   {json: `{"timeout":0.5}`, texts: []string{"timeout is 0.5 s"}},
		"timeout for ever":    {json: `{"timeout":1e12}`, texts: []string{"1 to 3600"}},
		"server name":         {json: `{"serverName":5}`, texts: []string{"jsonData.serverName is number, not text"}},
		"flag":                {json: `{"tlsSkipVerify":"yes"}`, texts: []string{"jsonData.tlsSkipVerify is string, not true or false"}},
		"forward":             {json: `{"forwardUser":1}`, texts: []string{"jsonData.forwardUser"}},
		"no authority":        {json: `{"tlsAuthWithCACert":true}`, texts: []string{"tlsCACert", "missing"}},
		"bad authority":       {json: `{"tlsAuthWithCACert":true}`, secrets: map[string]string{"tlsCACert": "no PEM"}, texts: []string{"tlsCACert", "PEM"}},
		"no certificate":      {json: `{"tlsAuth":true}`, secrets: map[string]string{"tlsClientKey": key}, texts: []string{"tlsClientCert", "missing"}},
		"no key":              {json: `{"tlsAuth":true}`, secrets: map[string]string{"tlsClientCert": certificate}, texts: []string{"tlsClientKey", "missing"}},
		"key of another": {json: `{"tlsAuth":true}`, secrets: map[string]string{"tlsClientCert": certificate, "tlsClientKey": otherKey},
			texts: []string{"client certificate", "private key does not match"}},
		"header without value": {json: `{"httpHeaderName1":"X-Team"}`, texts: []string{"X-Team has no value", "httpHeaderValue1"}},
		"header without name":  {json: `{"httpHeaderName1":""}`, secrets: map[string]string{"httpHeaderValue1": "a"}, texts: []string{`header 1 has the name ""`}},
		"header of a number":   {json: `{"httpHeaderName1":7}`, secrets: map[string]string{"httpHeaderValue1": "a"}, texts: []string{"header 1 has the name 7"}},
		"header with a space":  {json: `{"httpHeaderName1":"X Team"}`, secrets: map[string]string{"httpHeaderValue1": "a"}, texts: []string{"no name of a header"}},
		"gap between headers": {json: `{"httpHeaderName1":"A","httpHeaderName3":"C"}`, secrets: map[string]string{"httpHeaderValue1": "a", "httpHeaderValue3": "c"},
			texts: []string{"no jsonData.httpHeaderName2", "without a gap"}},
		"line break in a header": {json: `{"httpHeaderName1":"X-Team"}`, secrets: map[string]string{"httpHeaderValue1": "a\nb"}, texts: []string{"X-Team", "one line"}},
		"token of two lines":     {secrets: map[string]string{"token": "a\nb"}, texts: []string{"access token", "pneumograph token create"}},
		"token and password": {json: `{"basicAuth":true,"basicAuthUser":"anna"}`, secrets: map[string]string{"token": "a", "basicAuthPassword": "hush"},
			texts: []string{"basic authentication", "Keep one"}},
		"token and Authorization": {json: `{"httpHeaderName1":"authorization"}`, secrets: map[string]string{"token": "a", "httpHeaderValue1": "Basic aHVzaA=="},
			texts: []string{"header Authorization"}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.url == "" {
				c.url = "http://127.0.0.1:1"
			}
			if c.json == "" {
				c.json = `{}`
			}
			options := []option{withJSON(c.json)}
			for key, value := range c.secrets {
				options = append(options, withSecret(key, value))
			}
			result, verbose := check(t, datasourceAt(t, c.url, options...))
			expectSick(t, result, c.texts...)
			if !strings.HasPrefix(verbose, "Settings: no. ") {
				t.Errorf("steps are %q", verbose)
			}
			if strings.Contains(result.Message+verbose, "hush") {
				t.Errorf("a secret is told: %s %s", result.Message, verbose)
			}
		})
	}
}

func TestSettingsOfEveryFieldAreTaken(t *testing.T) {
	certificate, key := selfSigned(t)
	ds := datasourceAt(t, "https://backend:8420/below/?old=1", withToken("secret\n"), withJSON(`{"timeout":45,"forwardUser":false,
		"defaultWorkflow":"prices","tlsAuth":true,"tlsAuthWithCACert":true,"tlsSkipVerify":false,"serverName":"backend.example.com",
		"httpHeaderName1":"X-Team","httpHeaderName2":"X-Place"}`),
		withSecret("tlsCACert", certificate), withSecret("tlsClientCert", certificate), withSecret("tlsClientKey", key),
		withSecret("httpHeaderValue1", "a b"), withSecret("httpHeaderValue2", "Zürich"))
	if ds.problem != nil {
		t.Fatal(ds.problem)
	}
	c := ds.client
	if c.http.Timeout != 45*time.Second || c.forwardUser || c.token != "secret" || c.url("/x", nil) != "https://backend:8420/below/x" {
		t.Errorf("timeout %v, forwards %v, token %q, URL %s", c.http.Timeout, c.forwardUser, c.token, c.url("/x", nil))
	}
}

func TestFewSettingsAreEnough(t *testing.T) {
	instance, err := NewDatasource(context.Background(), backend.DataSourceInstanceSettings{URL: " http://backend:8420 "})
	if err != nil {
		t.Fatal(err)
	}
	ds := instance.(*Datasource)
	if ds.problem != nil || !ds.client.forwardUser || ds.client.http.Timeout != 30*time.Second {
		t.Errorf("problem is %v, client %+v", ds.problem, ds.client)
	}
}
