# What Mandate asks, and one of every answer. The document to ask for is mandate/decision.
package mandate

# Nothing is allowed because nobody thought of it.
default decision := {"effect": "deny", "rule": "unforeseen", "reason": "no rule allows this"}

# The strictest answer that any rule gives.
decision := denial if {
	denial
} else := {"effect": "require_approval", "rule": "destructive", "reason": "deleting waits for a person"} if {
	some class in input.action.classes
	class in {"delete", "admin"}
} else := {
	"effect": "allow_with_conditions",
	"rule": concat(" ", [rule | some rule, _ in conditions]),
	"conditions": object.union_n([met | some met in conditions]),
} if {
	count(conditions) > 0
} else := {"effect": "allow", "rule": "reading"} if {
	count(input.action.classes) > 0
	every class in input.action.classes { class == "read" }
}

# The first in alphabetical order, so that there is one answer.
denial := {"effect": "deny", "rule": rule, "reason": reasons_to_deny[rule]} if {
	rule := min({name | some name, _ in reasons_to_deny})
}

# Both who asks and who gets it, and every audience: a rule about one of them must not be passed by naming two.
reasons_to_deny["environments"] := "an agent must be of the environment that it works on" if {
	some party in [input.agent, input.client]
	some audience in input.audiences
	object.get(audience, "environment", null) != object.get(party, "environment", null)
}

reasons_to_deny["risk"] := "the request is too unusual" if input.risk.score > 80

# All of them together. No two name the same member, so none of them is lost.
conditions["contractors"] := {"narrow_to": ["report:read", "ec2:Describe*"]} if {
	some party in [input.agent, input.client]
	party.team == "contractors"
}

conditions["personal_data"] := {"ledger": "elevated"} if {
	some audience in input.audiences
	"pii" in audience.sensitivity
}

conditions["writing_alone"] := {"require": ["dpop"]} if {
	input.chain.principal.kind == "owner"
	"write" in input.action.classes
}

conditions["writing_for_a_person"] := {"max_lifetime": "5m"} if {
	input.chain.principal.kind == "person"
	"write" in input.action.classes
}
