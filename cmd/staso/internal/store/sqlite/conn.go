package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	msqlite "modernc.org/sqlite"
)

// conn is a connection of one goroutine, driven below database/sql: on the
// path of writes its locks, checks and copies would cost as much as SQLite.
type conn struct {
	raw   driverConn
	stmts map[string]*stmt
}

// driverConn and driverStmt are what the driver's types have besides the
// interfaces that it gives them out by.
type driverConn interface {
	driver.Conn
	driver.ExecerContext
}

type driverStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// stmt is a prepared statement with the arguments of its last use.
type stmt struct {
	raw  driverStmt
	args []driver.NamedValue
}

func openConn(dsn string) (*conn, error) {
	connector, err := msqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	made, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	raw, ok := made.(driverConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("driver's connection %T does not run scripts", made), made.Close())
	}
	return &conn{raw: raw, stmts: make(map[string]*stmt)}, nil
}

func (c *conn) close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.raw.Close())
	}
	return errors.Join(append(errs, c.raw.Close())...)
}

// prepare returns the statement for the text, which is prepared once.
func (c *conn) prepare(text string) (*stmt, error) {
	if s, ok := c.stmts[text]; ok {
		return s, nil
	}
	made, err := c.raw.Prepare(text)
	if err != nil {
		return nil, err
	}
	raw, ok := made.(driverStmt)
	if !ok {
		return nil, errors.Join(fmt.Errorf("driver's statement %T does not take a context", made), made.Close())
	}
	s := &stmt{raw: raw}
	c.stmts[text] = s
	return s, nil
}

// add appends arguments for the next run. A nil slice and "" become NULL.
func (s *stmt) add(values ...driver.Value) {
	for _, v := range values {
		s.args = append(s.args, driver.NamedValue{Ordinal: len(s.args) + 1, Value: v})
	}
}

func (s *stmt) exec() error {
	_, err := s.raw.ExecContext(context.Background(), s.args)
	s.reset()
	return err
}

// execCount runs the statement and returns how many rows it changed.
func (s *stmt) execCount() (int64, error) {
	result, err := s.raw.ExecContext(context.Background(), s.args)
	s.reset()
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s *stmt) reset() {
	clear(s.args)
	s.args = s.args[:0]
}

func (c *conn) exec(text string, args ...driver.Value) error {
	s, err := c.prepare(text)
	if err != nil {
		return err
	}
	s.add(args...)
	return s.exec()
}

// script runs statements that are used once and take no arguments.
func (c *conn) script(text string) error {
	_, err := c.raw.ExecContext(context.Background(), text, nil)
	return err
}

// rows calls each with every row; the row is valid only during the call.
func (c *conn) rows(text string, args []driver.Value, each func(row []driver.Value) error) (err error) {
	s, err := c.prepare(text)
	if err != nil {
		return err
	}
	s.add(args...)
	defer s.reset()
	rows, err := s.raw.QueryContext(context.Background(), s.args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

// number returns the single integer that a query gives; none is 0.
func (c *conn) number(text string, args ...driver.Value) (n int64, err error) {
	err = c.rows(text, args, func(row []driver.Value) error {
		n, _ = row[0].(int64)
		return nil
	})
	return n, err
}

// tx runs f in a transaction, all or nothing.
func (c *conn) tx(f func() error) error {
	if err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := f()
	if err == nil {
		err = c.exec("COMMIT")
	}
	if err == nil {
		return nil
	}
	// SQLite ends the transaction by itself on some errors; then there is
	// nothing left to roll back, and saying so would hide the cause.
	if undo := c.exec("ROLLBACK"); undo != nil && !isNoTransaction(undo) {
		return fmt.Errorf("%w (and roll back: %w)", err, undo)
	}
	return err
}

// text gives NULL for "", which is most of the text of a span.
func text(s string) driver.Value {
	if s == "" {
		return nil
	}
	return s
}

// blob gives NULL for no bytes.
func blob(b []byte) driver.Value {
	if len(b) == 0 {
		return nil
	}
	return b
}

func asText(v driver.Value) string {
	s, _ := v.(string)
	return s
}

func asBytes(v driver.Value) []byte {
	b, _ := v.([]byte)
	return b
}

func asInt(v driver.Value) int64 {
	n, _ := v.(int64)
	return n
}
