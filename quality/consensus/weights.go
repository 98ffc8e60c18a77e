package consensus

// weights are those of the evidence, the only numbers here that gold was used
// for: each is the mean of two fits by [conditional logit], on CrowdSpeech's
// dev-clean and on its dev-other. With the weights that one split gives, the
// other has a word error rate of .0479 (clean) and .0987 (other); fit_test.go
// does both fits and measures. They are alike in sign and size, so a language
// or a crowd of another kind should not need others.
//
// [conditional logit]: McFadden, Conditional logit analysis of qualitative choice behavior, 1974
var weights = features{
	share:        .62,
	lone:         -1.16,
	pairOfVotes:  -.28,
	nullTheta:    .24,
	contested:    1.07,
	agreement:    .09,
	surroundings: .12,
	alike:        .15,
	soundsAlike:  .13,
	rivalry:      .37,
	length:       .04,
	nearby:       .28,
	farther:      .09,
	frequency:    -.22,
	boundNext:    .073,
	boundFar:     .056,
}
