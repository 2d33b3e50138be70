package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// settings are what the configuration page saves.
type settings struct {
	// base is the address of the ingest backend; its path may hold the prefix of a reverse proxy.
	base *url.URL
	// token is sent as a bearer token; empty for anonymous access.
	token string
	// forwardUser tells the ingest backend the login of the user who asks.
	forwardUser bool
	// http holds TLS, timeouts, basic authentication and further headers.
	http httpclient.Options
}

// storedSettings are the fields of jsonData that are read here or by the SDK, which does not check their types.
type storedSettings struct {
	Timeout           *float64 `json:"timeout"`
	ForwardUser       *bool    `json:"forwardUser"`
	TLSAuth           bool     `json:"tlsAuth"`
	TLSAuthWithCACert bool     `json:"tlsAuthWithCACert"`
	TLSSkipVerify     bool     `json:"tlsSkipVerify"`
	ServerName        string   `json:"serverName"`
	DefaultWorkflow   string   `json:"defaultWorkflow"`
	// Access and URL stem from older ways of provisioning.
	Access string `json:"access"`
	URL    string `json:"url"`
}

const (
	leastTimeout   = 1
	longestTimeout = 3600
)

func loadSettings(ctx context.Context, instance backend.DataSourceInstanceSettings) (settings, *failure) {
	base, problem := parseBase(instance.URL)
	if problem != nil {
		return settings{}, problem
	}
	secrets := instance.DecryptedSecureJSONData
	stored, problem := readStored(instance.JSONData)
	if problem == nil {
		problem = stored.check(secrets)
	}
	if problem == nil {
		problem = checkHeaders(instance.JSONData, secrets)
	}
	if problem != nil {
		return settings{}, problem
	}
	options, err := instance.HTTPClientOptions(ctx)
	if err != nil {
		return settings{}, settingsFailure(
			fmt.Sprintf("The HTTP settings of the data source cannot be read: %s", err),
			"Open the data source's settings, check TLS and HTTP settings, and save them again", err)
	}
	if stored.ServerName != "" {
		// The SDK heeds it with a client certificate or an authority of one's own alone.
		if options.TLS == nil {
			options.TLS = &httpclient.TLSOptions{}
		}
		options.TLS.ServerName = stored.ServerName
	}
	token, problem := readToken(secrets["token"], options)
	if problem != nil {
		return settings{}, problem
	}
	forwardUser := stored.ForwardUser == nil || *stored.ForwardUser
	return settings{base: base, token: token, forwardUser: forwardUser, http: options}, nil
}

const urlExample = "Enter the address of the ingest backend as Grafana's server reaches it, for example http://127.0.0.1:8420"

func parseBase(text string) (*url.URL, *failure) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, settingsFailure("The data source has no URL", urlExample, nil)
	}
	base, err := url.Parse(text)
	if err != nil {
		return nil, settingsFailure(fmt.Sprintf("The URL %q cannot be read", text), urlExample, err)
	}
	if (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return nil, settingsFailure(fmt.Sprintf("The URL %q does not begin with http:// or https:// and a host", text), urlExample, nil)
	}
	if base.User != nil {
		// The URL stands in messages and logs.
		return nil, settingsFailure("The URL holds a user name or a password",
			"Enter them under Authentication, as basic authentication, and take them out of the URL", nil)
	}
	base.RawQuery, base.Fragment = "", ""
	return base, nil
}

var typeWords = map[string]string{"bool": "true or false", "float64": "a number", "string": "text"}

func readStored(raw json.RawMessage) (storedSettings, *failure) {
	stored := storedSettings{}
	if len(raw) == 0 {
		return stored, nil
	}
	err := json.Unmarshal(raw, &stored)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return stored, settingsFailure(
			fmt.Sprintf("The setting jsonData.%s is %s, not %s", wrong.Field, wrong.Value, typeWords[wrong.Type.String()]),
			"Correct it where the data source is provisioned, or save the settings again", err)
	}
	if err != nil {
		return stored, settingsFailure("The settings under jsonData are no JSON object: "+err.Error(),
			"Correct them where the data source is provisioned", err)
	}
	return stored, nil
}

func (s storedSettings) check(secrets map[string]string) *failure {
	if s.Timeout != nil && (*s.Timeout < leastTimeout || *s.Timeout > longestTimeout) {
		return settingsFailure(fmt.Sprintf("The timeout is %v s", *s.Timeout),
			fmt.Sprintf("Enter %d to %d seconds, or leave it empty", leastTimeout, longestTimeout), nil)
	}
	return s.checkTLS(secrets)
}

// tokenText is what a header carries as a bearer token: printable ASCII without spaces.
var tokenText = regexp.MustCompile(`^[!-~]*$`)

func readToken(secret string, options httpclient.Options) (string, *failure) {
	token := strings.TrimSpace(secret)
	switch {
	case !tokenText.MatchString(token):
		return "", settingsFailure("The access token holds characters that no token has",
			"Paste the one line that `pneumograph token create` printed", nil)
	case token != "" && options.BasicAuth != nil:
		return "", settingsFailure("Both an access token and basic authentication are set, but a request carries one of them",
			"Keep one; a proxy in front that asks for a password has to let the token through", nil)
	case token != "" && options.Header.Get("Authorization") != "":
		return "", settingsFailure("Both an access token and a header Authorization are set, but a request carries one of them",
			"Remove the header, or the token", nil)
	}
	return token, nil
}
