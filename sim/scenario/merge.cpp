#include "merge.hpp"

#include <algorithm>

#include "sections.hpp"

namespace halfstep {

namespace {

void replace(Entry& entry, const Entry& over) {
    entry = over;
}

// Lays each entry of `over` on the entry of that name, by `combine`, or appends it. TOML has no
// duplicates, so only what `base` had before needs to be searched.
template <class Combine>
void merge_entries(std::vector<Entry>& base, const std::vector<Entry>& over, Combine combine) {
    const std::size_t inherited = base.size();
    for (const Entry& entry : over) {
        const auto end = base.begin() + static_cast<std::ptrdiff_t>(inherited);
        const auto found = std::find_if(base.begin(), end, [&](const Entry& e) { return e.key == entry.key; });
        if (found == end)
            base.push_back(entry);
        else
            combine(*found, entry);
    }
}

void merge_plain(Entry& base, const Entry& over) {
    if (!base.value.table() || !over.value.table()) return replace(base, over);
    merge_entries(*base.value.table(), *over.value.table(), replace);
}

bool takes_entries(const Parameter& parameter) {
    const auto& accepts = parameter.accepts;
    return std::find(accepts.begin(), accepts.end(), ValueType::entries) != accepts.end();
}

// A family member ([model], data, ...): drops what a new kind does not know, then merges.
struct KindMerge {
    const Catalogue& catalogue;
    std::vector<DroppedEntry>& dropped;

    static std::string kind_of(const Tree& table, const std::string& otherwise) {
        const Tree* kind = table.find("kind");
        return kind && kind->text() ? *kind->text() : otherwise;
    }

    void operator()(Entry& base, const Entry& over, const std::string& path, const std::vector<KindSchema>& kinds,
                    const std::string& otherwise, std::span<const std::string> extras = {}) const {
        if (!base.value.table() || !over.value.table()) return replace(base, over);
        const std::string old_kind = kind_of(base.value, otherwise);
        const std::string new_kind = kind_of(over.value, old_kind);
        const KindSchema* schema = find_kind(kinds, new_kind);
        if (new_kind != old_kind && schema) {
            const auto unknown = [&](const Entry& entry) {
                return entry.key != "kind" && !find_parameter(*schema, entry.key) &&
                       std::find(extras.begin(), extras.end(), entry.key) == extras.end();
            };
            for (const Entry& entry : *base.value.table())
                if (unknown(entry)) dropped.push_back({path + "." + entry.key, entry.place});
            std::erase_if(*base.value.table(), unknown);
        }
        merge_entries(*base.value.table(), *over.value.table(), [&](Entry& inherited, const Entry& entry) {
            const Parameter* parameter = schema ? find_parameter(*schema, entry.key) : nullptr;
            const auto* family = parameter ? find_family(catalogue, parameter->family) : nullptr;
            if (family)
                (*this)(inherited, entry, path + "." + entry.key, *family, default_kind(*parameter));
            else if (parameter && takes_entries(*parameter))
                merge_plain(inherited, entry);
            else
                replace(inherited, entry);
        });
    }
};

// A role written as a table keeps its inherited overflow and subnormals unless a format is named.
void merge_precision(Entry& base, const Entry& over) {
    if (!base.value.table() || !over.value.table()) return replace(base, over);
    merge_entries(*base.value.table(), *over.value.table(), [](Entry& inherited, const Entry& entry) {
        if (inherited.value.table() && entry.value.table() && !entry.value.find("format"))
            merge_entries(*inherited.value.table(), *entry.value.table(), replace);
        else
            replace(inherited, entry);
    });
}

// Tables of free names (constants, init, roles) merge name by name.
void merge_program(Entry& base, const Entry& over) {
    if (!base.value.table() || !over.value.table()) return replace(base, over);
    merge_entries(*base.value.table(), *over.value.table(), [](Entry& inherited, const Entry& entry) {
        const Parameter* parameter = find_parameter(program_section(), entry.key);
        if (parameter && takes_entries(*parameter))
            merge_plain(inherited, entry);
        else
            replace(inherited, entry);
    });
}

}  // namespace

std::string default_kind(const Parameter& parameter) {
    if (!parameter.default_value) return {};
    const auto* configured = std::get_if<Configured>(&parameter.default_value->data);
    return configured ? configured->kind : std::string();
}

void merge_run(Tree& base, const Tree& over, const Catalogue& catalogue, std::vector<DroppedEntry>& dropped) {
    const KindMerge merge_kind{catalogue, dropped};
    for (const Entry& entry : *over.table()) {
        const auto tables = run_tables();
        if (std::find(tables.begin(), tables.end(), entry.key) == tables.end()) continue;
        Entry* inherited = find_entry(*base.table(), entry.key);
        if (!inherited)
            base.table()->push_back(entry);
        else if (entry.key == "model")
            merge_kind(*inherited, entry, entry.key, catalogue.models, "");
        else if (entry.key == "optimizer")
            merge_kind(*inherited, entry, entry.key, catalogue.optimizers, "", optimizer_extras());
        else if (entry.key == "engine")
            merge_kind(*inherited, entry, entry.key, catalogue.engines, default_engine);
        else if (entry.key == "loss_scale")
            merge_kind(*inherited, entry, entry.key, catalogue.loss_scalers, default_loss_scale);
        else if (entry.key == "program")
            merge_program(*inherited, entry);
        else if (entry.key == "precision")
            merge_precision(*inherited, entry);
        else
            merge_plain(*inherited, entry);
    }
}

}  // namespace halfstep
