package io.jenkins.plugins.canary.engine.metric.json;

import com.jayway.jsonpath.spi.json.JsonSmartJsonProvider;
import io.jenkins.plugins.canary.engine.WorkBudget;
import java.util.Collection;

/** Hands a document to the JSONPath library value by value, and stops it when it has looked at too many. */
final class CountedJson extends JsonSmartJsonProvider {

    private static final int VISIT = 4;
    private static final int CHARACTERS_A_UNIT = 16;

    private final WorkBudget budget;
    private final long visit;

    /** @param longestPath in characters: what is written for a visited value */
    CountedJson(WorkBudget budget, int longestPath) {
        this.budget = budget;
        this.visit = VISIT + longestPath / CHARACTERS_A_UNIT;
    }

    WorkBudget budget() {
        return budget;
    }

    private Object counted(Object value) {
        budget.spend(visit + (value instanceof String s ? s.length() / CHARACTERS_A_UNIT : 0));
        return value;
    }

    @Override
    public Object getMapValue(Object map, String key) {
        return counted(super.getMapValue(map, key));
    }

    @Override
    public Object getArrayIndex(Object list, int index) {
        return counted(super.getArrayIndex(list, index));
    }

    @Override
    public void setArrayIndex(Object list, int index, Object value) {
        budget.spend(visit);
        super.setArrayIndex(list, index, value);
    }

    @Override
    public Collection<String> getPropertyKeys(Object map) {
        Collection<String> keys = super.getPropertyKeys(map);
        budget.spend(visit * (1 + keys.size()));
        return keys;
    }

    @Override
    public Iterable<?> toIterable(Object list) {
        Iterable<?> all = super.toIterable(list);
        if (all instanceof Collection<?> values) {
            budget.spend(visit * (1 + values.size()));
        }
        return all;
    }

    @Override
    public Object unwrap(Object value) {
        return counted(super.unwrap(value));
    }

    @Override
    public boolean isMap(Object value) {
        budget.spend(1);
        return super.isMap(value);
    }
}
