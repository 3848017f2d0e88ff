package e2e

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// chromium are the hands in a tab of Chromium, by its DevTools.
type chromium struct {
	tab   context.Context
	phone bool
}

// in bounds the tab's context by another one.
func (c chromium) in(ctx context.Context) (context.Context, context.CancelFunc) {
	end, _ := ctx.Deadline()
	return context.WithDeadline(c.tab, end)
}

func (c chromium) do(ctx context.Context, step chromedp.Action[chromedp.Void]) error {
	ctx, cancel := c.in(ctx)
	defer cancel()
	return chromedp.Do(ctx, step)
}

func (c chromium) evaluate(ctx context.Context, expression string) ([]byte, error) {
	ctx, cancel := c.in(ctx)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[[]byte](expression))
}

func (c chromium) goTo(ctx context.Context, address string) error {
	ctx, cancel := c.in(ctx)
	defer cancel()
	_, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: address})
	return err
}

func (c chromium) goBack(ctx context.Context) error {
	ctx, cancel := c.in(ctx)
	defer cancel()
	history, err := chromedp.Call(ctx, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return err
	}
	before := history.Entries[history.CurrentIndex-1]
	_, err = chromedp.Call(ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: before.ID})
	return err
}

func (c chromium) click(ctx context.Context, at point) error {
	if c.phone {
		return c.do(ctx, chromedp.TapXY(at.X, at.Y))
	}
	return c.do(ctx, chromedp.MouseClickXY(at.X, at.Y))
}

func (c chromium) insert(ctx context.Context, text string) error {
	ctx, cancel := c.in(ctx)
	defer cancel()
	_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
	return err
}

func (c chromium) pressKey(ctx context.Context, key string) error {
	return c.do(ctx, chromedp.KeyEvent(key))
}
