package plugin

import (
	"context"
	"fmt"
	"net/url"
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
	// http holds TLS, timeouts, basic authentication and further headers.
	http httpclient.Options
}

func loadSettings(ctx context.Context, instance backend.DataSourceInstanceSettings) (settings, *failure) {
	base, problem := parseBase(instance.URL)
	if problem != nil {
		return settings{}, problem
	}
	options, err := instance.HTTPClientOptions(ctx)
	if err != nil {
		return settings{}, settingsFailure(
			fmt.Sprintf("The HTTP settings of the data source cannot be read: %s", err),
			"Open the data source's settings, check TLS and HTTP settings, and save them again", err)
	}
	return settings{base: base, token: strings.TrimSpace(instance.DecryptedSecureJSONData["token"]), http: options}, nil
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
	base.RawQuery, base.Fragment = "", ""
	return base, nil
}
