package plugin

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// failureCode tells the kinds of failure apart, for callers and for log searches.
type failureCode string

const (
	codeSettings       failureCode = "settings"
	codeCancelled      failureCode = "cancelled"
	codeTimeout        failureCode = "timeout"
	codeHostUnknown    failureCode = "host-unknown"
	codeTLS            failureCode = "tls"
	codeUnreachable    failureCode = "unreachable"
	codeTooLarge       failureCode = "too-large"
	codeUnauthorized   failureCode = "unauthorized"
	codeForbidden      failureCode = "forbidden"
	codeNotPneumograph failureCode = "not-pneumograph"
	codeRefused        failureCode = "refused"
	codeOverloaded     failureCode = "overloaded"
	codeUpstream       failureCode = "upstream"
	codeVersion        failureCode = "version"
	codePlugin         failureCode = "plugin"
)

// failure is the one error of this package: what happened, and what a person can do about it.
type failure struct {
	code failureCode
	// status of the HTTP answer, or the fitting one where there was no answer.
	status int
	// happened and next are sentences without a full stop.
	happened string
	next     string
	source   backend.ErrorSource
	cause    error
	// body of the answer, where there was one.
	body []byte
}

func (f *failure) Error() string {
	if f.next == "" {
		return f.happened
	}
	return f.happened + ". " + f.next
}

func (f *failure) Unwrap() error { return f.cause }

// response is the failure as the answer to one query.
func (f *failure) response() backend.DataResponse {
	return backend.DataResponse{
		Error:       backend.NewErrorWithSource(f, f.source),
		ErrorSource: f.source,
		Status:      backend.Status(f.status),
	}
}

func settingsFailure(happened, next string, cause error) *failure {
	return downstream(codeSettings, http.StatusBadRequest, happened, next, cause)
}

func pluginFailure(happened string, cause error) *failure {
	return &failure{
		code: codePlugin, status: http.StatusInternalServerError, happened: happened, source: backend.ErrorSourcePlugin, cause: cause,
		next: "Check that the plugin and the ingest backend are of the same version; if they are, please report this",
	}
}

func downstream(code failureCode, status int, happened, next string, cause error) *failure {
	return &failure{code: code, status: status, happened: happened, next: next, source: backend.ErrorSourceDownstream, cause: cause}
}

// transportFailure puts into words why no answer came from target.
func transportFailure(target string, err error) *failure {
	var (
		dns       *net.DNSError
		timeout   net.Error
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		network   *net.OpError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return downstream(codeCancelled, 499, "The request was cancelled", "", err)
	case errors.Is(err, httpclient.ErrResponseBodyTooLarge):
		return downstream(codeTooLarge, http.StatusBadGateway, "The answer is larger than Grafana's response limit",
			"Ask for a shorter time, fewer models or fewer data points", err)
	case errors.As(err, &dns) && !dns.IsTimeout:
		return downstream(codeHostUnknown, http.StatusBadGateway, fmt.Sprintf("The host %q of %s is not known", dns.Name, target),
			"Check the URL for a typing error, and that Grafana's server can resolve the name", err)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return downstream(codeTimeout, http.StatusGatewayTimeout, fmt.Sprintf("%s did not answer in time", target),
			"Check that the ingest backend runs and that no firewall is in the way; a longer timeout can be set in the data source's settings", err)
	case errors.As(err, &authority):
		return downstream(codeTLS, http.StatusBadGateway, fmt.Sprintf("The certificate of %s is signed by an authority that Grafana does not know", target),
			"Add the authority's certificate under TLS settings in the data source", err)
	case errors.As(err, &hostname):
		return downstream(codeTLS, http.StatusBadGateway, fmt.Sprintf("The certificate of %s is for another host: %s", target, hostname.Error()),
			"Use the name the certificate is for in the URL, or give the server name under TLS settings", err)
	case errors.As(err, &invalid):
		return downstream(codeTLS, http.StatusBadGateway, fmt.Sprintf("The certificate of %s is not valid: %s", target, invalid.Error()),
			"Renew the certificate of the ingest backend", err)
	// An alert of the other side of a TLS connection has no type of its own; its operation is named so.
	case errors.As(err, &network) && network.Op == "remote error":
		return downstream(codeTLS, http.StatusBadGateway, fmt.Sprintf("%s refused the TLS connection: %s", target, network.Err),
			"Where the ingest backend asks for a client certificate, add it under TLS settings", err)
	case errors.Is(err, http.ErrSchemeMismatch):
		return downstream(codeTLS, http.StatusBadGateway, fmt.Sprintf("%s speaks plain HTTP, not HTTPS", target),
			"Begin the URL with http://, or turn TLS on in the ingest backend", err)
	case errors.As(err, &network) && network.Op == "dial":
		return downstream(codeUnreachable, http.StatusBadGateway, fmt.Sprintf("Nothing answers at %s: %s", target, network.Err),
			"Start the ingest backend, or correct the URL. Grafana's server must reach it, not your browser: "+
				"where Grafana runs in a container, localhost is the container itself", err)
	default:
		return downstream(codeUnreachable, http.StatusBadGateway, fmt.Sprintf("The connection to %s broke: %s", target, rootCause(err)),
			"Check that the ingest backend runs and that the URL begins with the right one of http:// and https://", err)
	}
}

// rootCause is the innermost error: the outer ones repeat method and address.
func rootCause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// statusFailure puts an answer into words that is no success.
func statusFailure(target string, response *http.Response, body []byte) *failure {
	status, said := response.StatusCode, message(body)
	fail := func(code failureCode, happened, next string) *failure {
		if said != "" {
			happened += ": " + said
		}
		return &failure{code: code, status: status, happened: happened, next: next, source: backend.ErrorSourceFromHTTPStatus(status), body: body}
	}
	switch {
	case status < http.StatusBadRequest:
		return downstream(codeNotPneumograph, http.StatusBadGateway, fmt.Sprintf("%s sends callers elsewhere%s (%d)", target, elsewhere(response), status),
			"Enter the address of the ingest backend itself; where that is a login page, let the plugin pass the proxy by a token or a header", nil)
	case status == http.StatusUnauthorized:
		return fail(codeUnauthorized, fmt.Sprintf("%s asks for an access token, or does not know the one it got (401)", target),
			"Make a token with `pneumograph token create` and enter it under Authentication")
	case status == http.StatusForbidden:
		return fail(codeForbidden, fmt.Sprintf("The access token may not read %s (403)", target),
			"Use a token with the role viewer")
	case status == http.StatusNotFound && said == "":
		return fail(codeNotPneumograph, fmt.Sprintf("%s was not found (404): something answers there, but it is not Pneumograph", target),
			"Correct the URL: it ends before /api, and keeps the path of a reverse proxy if there is one")
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return fail(codeOverloaded, fmt.Sprintf("%s cannot answer now (%d)", target, status), retryAdvice(response))
	case status >= 500:
		return fail(codeUpstream, fmt.Sprintf("%s failed (%d)", target, status), "Look into the ingest backend's log")
	default:
		return fail(codeRefused, fmt.Sprintf("%s refused the request (%d)", target, status), "")
	}
}

// elsewhere names the host of a redirect; the rest of its address may hold what is no one's business.
func elsewhere(response *http.Response) string {
	location, err := response.Location()
	if err != nil {
		return ""
	}
	return fmt.Sprintf(", to %s://%s", location.Scheme, location.Host)
}

func retryAdvice(response *http.Response) string {
	if after := response.Header.Get("Retry-After"); after != "" {
		return "Try again in " + after + " s"
	}
	return "Try again in a moment"
}

// message is what an error answer of the ingest backend says, or empty where the body is none.
func message(body []byte) string {
	var answer struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return ""
	}
	return strings.TrimRight(strings.TrimSpace(answer.Error.Message), ".")
}
