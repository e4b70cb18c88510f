package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// flipping has every answer have another validator.
func flipping(int64) fetchtest.Fault {
	var n atomic.Int64
	return func(a *fetchtest.Response) { fetchtest.ETag(fmt.Sprintf(`"edge %d"`, n.Add(1)))(a) }
}

// matrixFaults are the rows of TestFaultMatrix.
func matrixFaults() map[string]matrixFault {
	broken := []error{ErrTimeout, ErrUnreachable}
	wrong := []error{ErrBadResponse}
	all := map[string]matrixFault{
		// The body.
		"reset":           {at: from(fetchtest.ResetAfter), keeps: true, errs: broken},
		"stall":           {at: from(fetchtest.StallAfter), keeps: true, errs: broken},
		"truncated":       {at: from(fetchtest.CloseAfter), keeps: true, errs: broken},
		"promised short":  {at: from(fetchtest.ShortBody), errs: wrong},
		"too long":        {at: always(long(1000)), errs: wrong},
		"surplus":         {at: always(surplus(1000)), keeps: true},
		"slow trickle":    {at: always(fetchtest.Trickle(5000)), keeps: true},
		"chunked":         {at: always(fetchtest.Chunked), keeps: true},
		"chunked and cut": {at: from(func(n int64) fetchtest.Fault { return fetchtest.Both(fetchtest.Chunked, fetchtest.ResetAfter(n)) }), keeps: true, errs: broken},
		"chunked, short":  {at: from(short), keeps: true, errs: broken},
		"unframed":        {at: always(fetchtest.Unframed), keeps: true},
		"no length":       {file: func(a *fetchtest.File) { a.NoLength = true }, at: from(fetchtest.ResetAfter), keeps: true, errs: broken},
		"gzip":            {at: always(fetchtest.Gzip), errs: wrong},
		// The head.
		"reset before the head":  {at: always(fetchtest.ResetAfter(fetchtest.BeforeHead)), keeps: true, errs: broken},
		"stall before the head":  {at: always(fetchtest.StallAfter(fetchtest.BeforeHead)), keeps: true, errs: broken},
		"slow head":              {at: always(fetchtest.Delay(15 * time.Second)), keeps: true},
		"no HTTP":                {at: always(fetchtest.Raw("SSH-2.0-OpenSSH\r\n")), keeps: true, errs: []error{ErrBadResponse}},
		"no total":               {at: always(noTotal), keeps: true},
		"200 for a range":        {at: always(fetchtest.Whole)},
		"200 for a range, cut":   {at: func(at int64) fetchtest.Fault { return fetchtest.Both(fetchtest.Whole, fetchtest.ResetAfter(at)) }, errs: broken},
		"no ranges at all":       {file: func(a *fetchtest.File) { a.NoRanges = true }, at: from(fetchtest.ResetAfter), errs: broken},
		"no Content-Range":       {at: always(fetchtest.ContentRange(""))},
		"wrong Content-Range":    {at: always(fetchtest.ContentRange("bytes 5-9/10"))},
		"nonsense Content-Range": {at: always(fetchtest.ContentRange("bytes 9-5/x"))},
		"shifted":                {at: always(fetchtest.Shift(1))},
		"shifted back":           {at: from(func(n int64) fetchtest.Fault { return fetchtest.Shift(-n - 1) })},
		"416":                    {at: always(fetchtest.Unsatisfiable), errs: wrong},
		"416 without a size":     {at: always(fetchtest.Status(416)), errs: wrong},
		// Validators.
		"validator flips": {at: flipping},
		"weak tag only": {file: func(a *fetchtest.File) { a.WeakETag, a.NoModified = true, true }, at: from(fetchtest.ResetAfter),
			errs: append(broken, ErrStale)},
		"no validator": {file: func(a *fetchtest.File) { a.NoETag, a.NoModified = true, true }, at: from(fetchtest.ResetAfter),
			errs: append(broken, ErrStale)},
		"validator gone":      {at: always(fetchtest.Header("Etag", "", "Last-Modified", ""))},
		"If-Range distrusted": {file: func(a *fetchtest.File) { a.NoIfRange = true }, at: from(fetchtest.ResetAfter), keeps: true, errs: broken},
		// Statuses.
		"401, renewed":        renewed(401),
		"403, renewed":        renewed(403),
		"410, renewed":        renewed(410),
		"401 for good":        {at: always(fetchtest.Status(401)), errs: []error{ErrDenied}},
		"410 for good":        {at: always(fetchtest.Status(410)), errs: []error{ErrNotFound}},
		"429 and seconds":     {at: always(fetchtest.RetryAfter(429, 20*time.Second)), keeps: true},
		"503 and a date":      {at: always(fetchtest.RetryAfterDate(503, 20*time.Second)), keeps: true},
		"503 for too long":    {at: always(fetchtest.RetryAfter(503, time.Hour)), keeps: true, errs: []error{ErrUnreachable}},
		"500":                 {at: always(fetchtest.Status(500)), keeps: true, errs: broken},
		"redirect: elsewhere": redirected(func(_ *cell, other *fetchtest.Origin) string { return other.URL("a") }, ErrStale, ErrBadResponse),
		"redirect: loop":      redirected(func(f *cell, _ *fetchtest.Origin) string { return f.origin.URL("a") }, ErrBadResponse),
		"redirect: nowhere":   redirected(func(*cell, *fetchtest.Origin) string { return "http://nowhere.test/" }, broken...),
		// The connection.
		"no such host":   unplugged(&net.DNSError{Err: "no such host", Name: "origin.test", IsNotFound: true}),
		"no connection":  unplugged(nil),
		"no certificate": unplugged(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, ErrBadResponse),
	}
	for name, fault := range map[string]matrixFault{
		"GOAWAY":           {at: always(fetchtest.GoAway), keeps: true},
		"GOAWAY and death": {at: from(func(n int64) fetchtest.Fault { return fetchtest.Both(fetchtest.GoAway, fetchtest.ResetAfter(n)) }), keeps: true, errs: broken},
		"stream reset":     {at: from(fetchtest.CloseAfter), keeps: true, errs: broken},
		"connection reset": {at: from(fetchtest.ResetAfter), keeps: true, errs: broken},
		"stall":            {at: from(fetchtest.StallAfter), keeps: true, errs: broken},
		"short":            {at: from(short), keeps: true, errs: broken},
		"busy":             {at: always(fetchtest.RetryAfter(503, 20*time.Second)), keeps: true},
	} {
		fault.secure = true
		all["HTTP/2: "+name] = fault
	}
	return all
}
