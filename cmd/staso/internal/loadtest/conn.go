package loadtest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
)

// conn is one connection on which requests follow each other. It knows just enough
// of HTTP/1.1 to load a server that answers with a Content-Length, so that the load
// leaves the processor to what is measured.
type conn struct {
	net.Conn
	host   string
	read   *bufio.Reader
	head   []byte
	answer []byte
}

func dial(ctx context.Context, address string) (*conn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	made, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: made, host: u.Host, read: bufio.NewReaderSize(made, 16<<10)}, nil
}

// post sends one request and returns the answer's status and body, which is good
// until the next one.
func (c *conn) post(path string, body []byte) (status int, answer []byte, err error) {
	c.head = fmt.Appendf(c.head[:0], "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", path, c.host, len(body))
	buffers := net.Buffers{c.head, body}
	if _, err := buffers.WriteTo(c.Conn); err != nil {
		return 0, nil, err
	}
	status, length, err := c.readHead()
	if err != nil {
		return 0, nil, err
	}
	if cap(c.answer) < length {
		c.answer = make([]byte, length)
	}
	c.answer = c.answer[:length]
	_, err = io.ReadFull(c.read, c.answer)
	return status, c.answer, err
}

func (c *conn) readHead() (status, length int, err error) {
	line, err := c.read.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, 0, fmt.Errorf("a status of %d bytes", len(line))
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, err
	}
	length = -1
	for {
		if line, err = c.read.ReadSlice('\n'); err != nil {
			return 0, 0, err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, 0, err
			}
		}
	}
	if length < 0 {
		return 0, 0, fmt.Errorf("an answer %d without its length", status)
	}
	return status, length, nil
}
