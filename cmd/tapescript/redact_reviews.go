package main

import (
	"errors"
	"os"
)

// redactReviews is redactJournal for the logs of reviews: each decision has the
// words that it is about, as they were and as they became.
func (p *program) redactReviews(in string, f redactFlags) error {
	list, err := p.reviewsOfFile(in)
	if err != nil || len(list) == 0 {
		return err
	}
	switch {
	case f.purgeJournal:
		for _, k := range list {
			if n := k.unsaved(); n > 0 {
				return errors.New(p.words.Count("redact.review-unsaved", n, in))
			}
		}
	case f.keepJournal:
		p.tell(p.words.Count("redact.review-kept", len(list)))
	default:
		return errors.New(p.words.Count("redact.review", len(list)))
	}
	return nil
}

func (p *program) reviewsOfFile(in string) ([]keptReview, error) {
	if in == "-" {
		return nil, nil
	}
	if info, err := os.Stat(in); err != nil || info.IsDir() {
		return nil, nil // reading it says what is wrong; a folder is no side of a review
	}
	data, err := p.readBytes(in)
	if err != nil {
		return nil, err
	}
	return reviewsOf(in, hashOf(data))
}

// dropReviewsOf deletes the logs of a file's reviews.
func (p *program) dropReviewsOf(in string) error {
	list, err := p.reviewsOfFile(in)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, k := range list {
		if err := k.drop(); err != nil {
			return err
		}
	}
	p.tell(p.words.Count("redact.review-purged", len(list)))
	return nil
}
