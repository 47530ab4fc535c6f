package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/agent"
	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
)

// scene is one question of one user, in one conversation.
type scene struct {
	conversation string
	user         string
	tag          string
	whom         string
	question     string
	ask          func(context.Context, agent.Question) (agent.Answer, error)
}

// play asks the question. Whose conversation it is, and which, travels in ctx
// to all that is done about it.
func (s *scene) play(ctx context.Context, history []chat.Message) (agent.Answer, error) {
	ctx = staso.ContextWithConversation(ctx, s.conversation)
	ctx = staso.ContextWithUser(ctx, s.user)
	ctx = staso.ContextWithTags(ctx, "demo", s.tag)
	return s.ask(ctx, agent.Question{Text: s.question, History: history})
}

// realCalls bounds what a real model may be asked in all: three questions of
// maxTurns, and two of fewTurns, each call tried three times at most.
const realCalls = 3 * (3*maxTurns + 2*fewTurns)

const (
	beginning = "first-day"
	releasing = "release-notes"
)

// scenes are two conversations: of somebody who begins, and of somebody who
// prepares a release.
func (d *demo) scenes(c *cast) []scene {
	all := []scene{
		{beginning, "ana", "onboarding", c.guide.Name(), "What is this project, and where do I begin to read?", c.guide.Ask},
		{beginning, "ana", "onboarding", c.guide.Name(), "Which are the largest files, and what are they for?", c.guide.Ask},
		{releasing, "jo", "release", c.historian.Name(), "What changed last?", c.historian.Ask},
		{releasing, "jo", "release", c.housekeeper.Name(), "Tidy up before the release.", c.housekeeper.Ask},
	}
	if d.provider != nil {
		return all
	}
	word := fmt.Sprintf("k%08x-timeout", rand.Uint32()) // it is in no file
	return append(all,
		scene{releasing, "jo", "release", c.historian.Name(), "What is left to do?", c.historian.Ask},
		scene{releasing, "jo", "release", c.historian.Name(), "Who sets " + word + "?", c.historian.Ask},
		scene{beginning, "ana", "onboarding", "answer-from-docs", "How do I run the tests?", c.docs.ask},
		scene{beginning, "ana", "onboarding", c.lead.Name(), "Write a note for a new colleague.", c.lead.Ask},
	)
}

// waitingScene is one in which a person has to decide.
func waitingScene(c *cast) scene {
	return scene{releasing, "jo", "approval", c.publisher.Name(), "Publish release 1.0.0.", c.publisher.Ask}
}

// liveScenes are asked over and over while the demo waits to be stopped.
func liveScenes(c *cast) []scene {
	const conversation, user = "live", "sam"
	return []scene{
		{conversation, user, "live", c.guide.Name(), "Which are the largest files, and what are they for?", c.guide.Ask},
		{conversation, user, "live", c.historian.Name(), "What is left to do?", c.historian.Ask},
		{conversation, user, "live", c.lead.Name(), "Write a note for a new colleague.", c.lead.Ask},
	}
}

// played is what became of the scenes.
type played struct {
	traces int64
	// first is a run that went well, failed one that did not, and blocked one with a
	// call that the guard did not let run.
	first, failed, blocked agent.Answer
}

// play plays the scenes one after another, and tells of each. An agent that gives
// up is a part of the play; a model that cannot be reached is not.
func (d *demo) play(ctx context.Context, c *cast) (played, error) {
	var ran played
	histories := map[string][]chat.Message{}
	for _, s := range d.scenes(c) {
		key := s.conversation + " " + s.whom
		d.out.asks(&s)
		answer, err := s.play(ctx, histories[key])
		if ctx.Err() != nil {
			d.out.end()
			return ran, context.Cause(ctx)
		}
		d.out.answered(&answer, err)
		ran.traces++
		if answer.Blocked > 0 && ran.blocked.TraceID == "" {
			ran.blocked = answer
		}
		gaveUp, ok := errors.AsType[*agent.GaveUpError](err)
		switch {
		case err == nil:
			histories[key] = answer.History
			if ran.first.TraceID == "" {
				ran.first = answer
			}
		case ok && gaveUp != nil:
			ran.failed = answer
		default:
			return ran, fmt.Errorf("%s: %w", s.whom, err)
		}
	}
	return ran, nil
}
